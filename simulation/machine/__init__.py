"""The ground: compiled code, named columns, draws by address."""
