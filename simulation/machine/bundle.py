"""Many tables, arrays and records handed to compiled code as one pointer.

Handing over a tuple of arrays costs an argument and a count of references for each of them,
at every call, and most of the time of compiling. A :class:`Bundle` is a table of addresses;
compiled code reads ``bundle.people`` through it and owns nothing.
"""

from __future__ import annotations

import functools
from hashlib import sha256
from typing import Any, ClassVar

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typing.templates import AttributeTemplate
from numba.core.typing.typeof import typeof
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

from .table import PARTS, Table, TableType, as_table, view

__all__ = ["Bundle"]


class Bundle:
    """Named tables, contiguous arrays and records, all kept alive by the bundle.

    Subclasses name their ``parts`` in order; each becomes an attribute. The memory of a part
    may be changed, the part itself may not be exchanged.
    """

    parts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **values: Any) -> None:
        if set(values) != set(self.parts):
            raise TypeError(f"a {type(self).__name__} has the parts {', '.join(self.parts)}")
        self.__dict__.update(values)
        found = [word for name in self.parts for word in _addresses(values[name])]
        self.__dict__["addresses"] = np.array(found, dtype=np.int64)

    def __reduce__(self) -> Any:
        """Refuse to be copied: the copy's addresses would be those of this bundle's memory."""
        raise TypeError(f"a {type(self).__name__} cannot be copied or pickled")

    def become(self, other: Bundle) -> None:
        """Take over what another bundle of the same shape holds now, in place."""
        for name in self.parts:
            _take_over(getattr(self, name), getattr(other, name))

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse to exchange a part: compiled code would go on with the old one."""
        raise AttributeError(f"{type(self).__name__}.{name} can be changed only in place")


def _take_over(mine: Any, other: Any) -> None:
    """Fill a part with what another holds; what both share stays."""
    if mine is other:
        return
    if isinstance(mine, Table):
        for part in PARTS:
            getattr(mine, part)[...] = getattr(other, part)
    elif isinstance(mine, np.record):
        for name in mine.dtype.names:
            mine[name] = other[name]
    else:
        mine[...] = other


def _addresses(value: Any) -> list[int]:
    """Return where a part's memory is, and its shape."""
    if isinstance(value, Table):
        return [*(getattr(value, part).ctypes.data for part in PARTS), value.numbers.shape[1]]
    if isinstance(value, np.record):
        return [value.__array_interface__["data"][0]]
    if not value.flags.c_contiguous:
        raise ValueError("a part of a bundle must be contiguous")
    return [value.ctypes.data, *value.shape]


class BundleType(types.Type):
    """How the compiler sees a :class:`Bundle`: the types of its parts and where each begins."""

    def __init__(self, name: str, parts: tuple[tuple[str, types.Type], ...]) -> None:
        self.parts: dict[str, tuple[types.Type, int]] = {}
        place = 0
        for part, kind in parts:
            self.parts[part] = (kind, place)
            place += _words(kind)
        super().__init__(name=f"{name}{sha256(repr(parts).encode()).hexdigest()[:8]}")


def _words(kind: Any) -> int:
    if isinstance(kind, TableType):
        return len(PARTS) + 1
    return 1 if isinstance(kind, types.Record) else 1 + kind.ndim


@functools.cache
def _type_of_parts(name: str, parts: tuple[tuple[str, types.Type], ...]) -> BundleType:
    return BundleType(name, parts)


@typeof_impl.register(Bundle)
def _typeof(bundle: Bundle, context: Any) -> BundleType:
    known = type(bundle).__dict__.get("_known")
    if known is None:
        kinds = tuple((name, typeof(getattr(bundle, name))) for name in bundle.parts)
        known = _type_of_parts(type(bundle).__name__, kinds)
        type(bundle)._known = known  # all bundles of a class have the same type
    return known


@register_model(BundleType)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, bundle_type: BundleType) -> None:
        super().__init__(manager, bundle_type, ir.IntType(64).as_pointer())


@unbox(BundleType)
def _unbox(bundle_type: BundleType, bundle: Any, context: Any) -> NativeValue:
    array_type = types.Array(types.int64, 1, "C")
    attribute = context.pyapi.object_getattr_string(bundle, "addresses")
    native = context.unbox(array_type, attribute).value
    array = context.context.make_array(array_type)(context.context, context.builder, native)
    words = array.data
    context.context.nrt.decref(context.builder, array_type, native)
    context.pyapi.decref(attribute)
    return NativeValue(words)


@infer_getattr
class _Attributes(AttributeTemplate):
    key = BundleType

    def generic_resolve(self, bundle_type: BundleType, name: str) -> Any:
        return bundle_type.parts[name][0] if name in bundle_type.parts else None


@lower_getattr_generic(BundleType)
def _lower(context: Any, builder: Any, bundle_type: BundleType, value: Any, name: str) -> Any:
    kind, place = bundle_type.parts[name]
    found = [_word(builder, value, place + k) for k in range(_words(kind))]
    if isinstance(kind, TableType):
        return as_table(context, builder, kind, found)
    if isinstance(kind, types.Record):
        return builder.inttoptr(found[0], context.get_value_type(kind))
    item = context.get_data_type(kind.dtype)
    data = builder.inttoptr(found[0], item.as_pointer())
    return view(context, builder, kind.dtype, data, tuple(found[1:]))


def _word(builder: Any, words: Any, place: int) -> Any:
    """Return a word of the bundle, which never changes: it may be read at any time."""
    loaded = builder.load(builder.gep(words, [ir.IntType(64)(place)]))
    loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return loaded
