"""The compiled month as WebAssembly: the same code, the same bits, in any browser.

Numba translates the entries to LLVM's language; LLVM, which llvmlite brings along, makes
WebAssembly of it; ``wasm-ld`` (of LLVM's lld) links it. Nothing of the model is written again.
The product is kept in the package with the digest of the sources that it was made of, so that
only who edits these needs a linker::

    python -m simulation.faces.dashboard.wasm
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ...errors import InputError
from ...files import PACKAGE, whole
from ...machine.sources import digest_of

__all__ = ["build", "compressed", "digest", "engine_digest", "module"]

#: The product: a WebAssembly module, compressed.
ENGINE = Path(__file__).parent / "engine.wasm.gz"
#: The folders whose code can reach machine code.
ROOMS = ("machine", "theory", "month")
LINKER = "wasm-ld"
#: Under what name an entry is exported, by its Python name.
ENTRIES = {"simulation.month.order.run": "run", "simulation.machine.chance.key": "key"}
SECTION = b"mentoring.sources"
TRIPLE = "wasm32-unknown-unknown"
#: What all browsers of the last years have; conversions never trap, as they don't elsewhere.
FEATURES = "+bulk-memory,+nontrapping-fptoint,+sign-ext,+mutable-globals"
#: Bytes of the stack.
STACK = 1 << 20
#: Compiled unoptimised: the optimiser is to know which machine it works for.
_PLAINLY = {
    "NUMBA_OPT": "0",
    "NUMBA_LOOP_VECTORIZE": "0",
    "NUMBA_SLP_VECTORIZE": "0",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_DISABLE_JIT": "0",
}
#: What the C library and Numba's runtime would bring: one thread needs no turns, no array that is
#: handed over counts its references, and a remainder is exact, so that there is but one: the
#: divisor is doubled up to the number, then halved again and taken off where it can be.
_RUNTIME = """
define i32 @sched_yield() { ret i32 0 }
define void @NRT_MemInfo_call_dtor(ptr %p) { ret void }
declare double @llvm.fabs.f64(double)
declare double @llvm.copysign.f64(double, double)
define double @fmod(double %x, double %y) {
  %r = call double @llvm.fabs.f64(double %x)
  %d = call double @llvm.fabs.f64(double %y)
  %finite = fcmp olt double %r, 0x7FF0000000000000
  %divides = fcmp ogt double %d, 0.0
  %some = and i1 %finite, %divides
  br i1 %some, label %up, label %none
none:
  ret double 0x7FF8000000000000
up:
  %t = phi double [ %d, %0 ], [ %twice, %double ]
  %half = fmul double %r, 0.5
  %more = fcmp ole double %t, %half
  br i1 %more, label %double, label %down
double:
  %twice = fmul double %t, 2.0
  br label %up
down:
  %left = phi double [ %r, %up ], [ %rest, %off ]
  %part = phi double [ %t, %up ], [ %less, %off ]
  %enough = fcmp oge double %part, %d
  br i1 %enough, label %off, label %done
off:
  %fits = fcmp oge double %left, %part
  %taken = fsub double %left, %part
  %rest = select i1 %fits, double %taken, double %left
  %less = fmul double %part, 0.5
  br label %down
done:
  %signed = call double @llvm.copysign.f64(double %left, double %x)
  ret double %signed
}
"""
_ROUNDING = ("sqrt", "floor", "ceil")


def digest() -> str:
    """Return the digest of the sources that the engine is made of."""
    files = [path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")]
    return digest_of(PACKAGE, [*files, Path(__file__)], "WebAssembly")


def compressed() -> bytes:
    """Return the module of the sources as they are (gzip), built again where they differ.

    Raises
    ------
    InputError
        It was built of other sources, and there is no linker to build it again.
    """
    kept = module()
    if kept is not None and engine_digest(kept) == digest():
        return ENGINE.read_bytes()
    if shutil.which(LINKER) is None:
        raise InputError(
            "the engine for browsers was built of other sources than these; install LLVM's lld "
            f"({LINKER}), so that it can be built again, or undo the edits in "
            f"{', '.join(ROOMS)}. Everything else works without it."
        )
    return build().read_bytes()


def module() -> bytes | None:
    """Return the WebAssembly module that is kept, of whatever sources; None if there is none."""
    return gzip.decompress(ENGINE.read_bytes()) if ENGINE.is_file() else None


def engine_digest(module: bytes) -> str:
    """Return the digest of the sources that a module was built of; "" if it says none."""
    _, found, told = module.rpartition(SECTION)
    return told.decode("ascii", "replace") if found else ""


def build(path: Path = ENGINE) -> Path:
    """Build the engine of the sources as they are; return where it is.

    Raises
    ------
    InputError
        There is no linker.
    """
    if shutil.which(LINKER) is None:
        raise InputError(f"there is no {LINKER}: install LLVM's lld")
    with tempfile.TemporaryDirectory(prefix="mentoring-engine-") as name:
        folder = Path(name)
        environment = os.environ | _PLAINLY | {"MENTORING_CACHE_DIR": str(folder / "cache")}
        words = [sys.executable, "-m", __spec__.name, "--translate", str(folder)]
        subprocess.run(words, env=environment, check=True)
        texts = [(folder / f"{entry}.ll").read_text() for entry in ENTRIES.values()]
        made = folder / "engine.o"
        made.write_bytes(_assembled(texts))
        linked = folder / "engine.wasm"
        exported = [f"--export={entry}" for entry in (*ENTRIES.values(), "__heap_base")]
        words = [LINKER, "--no-entry", "--strip-all", "--stack-first", *exported]
        words += ["-z", f"stack-size={STACK}", str(made), "-o", str(linked)]
        subprocess.run(words, check=True)
        content = linked.read_bytes() + _section(digest().encode())
    whole(path, lambda part: part.write_bytes(gzip.compress(content, 9, mtime=0)))
    return path


def _section(text: bytes) -> bytes:
    """Return a custom section of a module, which says something and does nothing."""
    body = bytes([len(SECTION)]) + SECTION + text
    if len(body) > 127:
        raise ValueError("the section needs a longer length")
    return bytes([0, len(body)]) + body


def _translate(folder: Path) -> None:
    """Write what Numba makes of each entry, in LLVM's language."""
    from ...machine import chance
    from ...month import order
    from ...scenarios.scenario import load_scenario
    from ...study.run import Run

    Run(load_scenario("baseline", **{"organization.people": 30})).start()
    for function, (name, exported) in zip((order.run, chance.key), ENTRIES.items(), strict=True):
        (text,) = function.inspect_llvm().values()
        mangled = _mangled(text, name)
        (folder / f"{exported}.ll").write_text(re.sub(re.escape(mangled), exported, text))


def _mangled(text: str, name: str) -> str:
    """Return the name that a function has in a text of LLVM's language."""
    parts = re.sub(r"(\w+)\.?", lambda part: f"{len(part[1])}{part[1]}", name)
    found = set(re.findall(rf"define [^@\n]*@(_ZN{parts}\w*)\(", text))
    if len(found) != 1:
        raise ValueError(f"{name} is there {len(found)} times")
    return found.pop()


def _assembled(texts: list[str]) -> bytes:
    """Return the object file of some texts, optimised together."""
    from llvmlite import binding

    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    target = binding.Target.from_triple(TRIPLE)
    machine = target.create_target_machine(opt=2, reloc="static", features=FEATURES)
    layout = str(machine.target_data)
    first, *others = [binding.parse_assembly(_for_browsers(text, layout)) for text in texts]
    for other in others:
        first.link_in(other)
    first.link_in(binding.parse_assembly(_head(layout) + _RUNTIME))
    called = {*ENTRIES.values(), "fmod"}  # the last where machine code is made, not before
    for thing in (*first.functions, *first.global_variables):
        if not thing.is_declaration:
            thing.linkage = "external" if thing.name in called else "internal"
    first.verify()
    options = binding.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.slp_vectorization = False
    builder = binding.create_pass_builder(machine, options)
    builder.getModulePassManager().run(first, builder)
    return bytes(machine.emit_object(first))


def _head(layout: str) -> str:
    return f'target datalayout = "{layout}"\ntarget triple = "{TRIPLE}"\n'


def _for_browsers(text: str, layout: str) -> str:
    """Return a text for another machine, in which rounding is an instruction."""
    text = re.sub(r"^target (datalayout|triple) = .*\n", "", text, flags=re.MULTILINE)
    for name in _ROUNDING:
        text = re.sub(rf"@{name}\(", f"@llvm.{name}.f64(", text)
    return _head(layout) + text


if __name__ == "__main__":
    if sys.argv[1:2] == ["--translate"]:
        _translate(Path(sys.argv[2]))
    else:
        made = build()
        print(f"{made}: {made.stat().st_size:,} bytes, of sources {digest()}")
