"""The model in a browser: the engine as WebAssembly, and what it needs of an organization."""
