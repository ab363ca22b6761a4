"""How a function that only other compiled functions call is compiled: as a part of theirs.

Left to itself, Numba optimises every function and makes machine code of it, then copies it
into each function that calls it and does so again, level by level. A part is only translated;
the entry that contains it is optimised once, as a whole, and it alone becomes machine code.
Called from Python, a part is compiled as an entry of its own.
"""

from __future__ import annotations

from typing import Any

import numba
from numba import _dynfunc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder, _LowerResult
from numba.core.compiler_machinery import register_pass
from numba.core.registry import CPUDispatcher
from numba.core.typed_passes import NativeLowering

__all__ = ["Part"]


class _PartLibrary(JITCodeLibrary):
    """Code that is there to be linked into other code."""

    def _optimize_final_module(self) -> None:
        pass  # the entry's library does, with everything that it calls

    def _finalize_final_module(self) -> None:
        self._finalized = True  # no machine code


@register_pass(mutates_CFG=True, analysis_only=False)
class _PartLowering(NativeLowering):
    """Translate a function without making machine code of it."""

    _name = "part_lowering"

    def run_pass(self, state: Any) -> bool:
        codegen = state.targetctx.codegen()
        library = _PartLibrary(codegen, state.func_id.func_qualname)
        library.enable_object_caching()
        state.library = library
        state.flags.no_compile = True
        super().run_pass(state)
        lowered = state["cr"]
        name = state.func_id.func_qualname
        module = lowered.fndesc.lookup_module()
        never = _dynfunc.make_function(module, name, name, 0, lowered.env, (library,))
        state.targetctx.insert_user_function(never, lowered.fndesc, [library])
        state["cr"] = _LowerResult(lowered.fndesc, lowered.call_helper, never, lowered.env)
        return True


class _PartCompiler(CompilerBase):
    def define_pipelines(self) -> list[Any]:
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [
            (_PartLowering, "part lowering") if step is NativeLowering else (step, words)
            for step, words in passes.passes
        ]
        passes.finalize()
        return [passes]


class Part(CPUDispatcher):
    """A function that other compiled functions call."""

    def __init__(self, function: Any, **options: Any) -> None:
        super().__init__(
            function,
            targetoptions={
                **options,
                "nopython": True,
                "no_cpython_wrapper": True,
                "no_cfunc_wrapper": True,
            },
            pipeline_class=_PartCompiler,
        )
        self._options = options
        self._entry: Any = None

    def __call__(self, *arguments: Any) -> Any:
        """Call it from Python."""
        if self._entry is None:
            self._entry = numba.njit(**self._options)(self.py_func)
        return self._entry(*arguments)
