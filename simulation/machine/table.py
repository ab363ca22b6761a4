"""Named columns over a few two-dimensional arrays, in Python and in compiled code.

A :class:`Table` keeps one contiguous row of memory per quantity (structure of arrays), so
``table.credibility[i]`` reads as it should, while compiled functions receive three arrays
and not sixty: passing each quantity as an argument of its own makes compiling ten times
slower.
"""

from __future__ import annotations

import functools
from hashlib import sha256
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

PARTS = ("numbers", "counts", "codes")
_DTYPES = {"numbers": np.float64, "counts": np.int32, "codes": np.uint64}
_TYPES = {"numbers": types.float64, "counts": types.int32, "codes": types.uint64}


class Table:
    """Named quantities of ``size`` entities.

    Parameters
    ----------
    size : int
        Number of entities (the length of every column).
    numbers, counts, codes : tuple of str
        Names of the float64, int32 and uint64 columns.

    Attributes
    ----------
    numbers, counts, codes : arrays of shape (columns, size)
        The memory; each name is also an attribute, a view of shape (size,).
    """

    def __init__(
        self,
        size: int,
        numbers: tuple[str, ...] = (),
        counts: tuple[str, ...] = (),
        codes: tuple[str, ...] = (),
    ) -> None:
        self.names = (numbers, counts, codes)
        for part, names in zip(PARTS, self.names, strict=True):
            setattr(self, part, np.zeros((len(names), size), dtype=_DTYPES[part]))

    def __getattr__(self, name: str) -> Any:
        """Return a column, when it is first asked for: a run asks for few."""
        places = _places(self.__dict__.get("names", ((),) * len(PARTS)))
        if name not in places:
            raise AttributeError(f"a table has no column '{name}'")
        part, row = places[name]
        column = getattr(self, part)[row]
        setattr(self, name, column)
        return column


@functools.cache
def _places(names: tuple[tuple[str, ...], ...]) -> dict[str, tuple[str, int]]:
    """Return in which array, and in which row of it, each column is."""
    return {
        name: (part, row)
        for part, group in zip(PARTS, names, strict=True)
        for row, name in enumerate(group)
    }


class TableType(types.Type):
    """How the compiler sees a :class:`Table`: three arrays and the names of their rows."""

    def __init__(self, names: tuple[tuple[str, ...], ...]) -> None:
        self.columns = _places(names)
        self.groups = names
        # A short name: it is part of the name of every function that takes a table.
        super().__init__(name=f"Table{sha256(repr(names).encode()).hexdigest()[:8]}")


@functools.cache
def _type_of_names(names: tuple[tuple[str, ...], ...]) -> TableType:
    return TableType(names)


@typeof_impl.register(Table)
def _typeof(table: Table, context: Any) -> TableType:
    return _type_of_names(table.names)


@register_model(TableType)
class _Model(models.StructModel):
    """Bare pointers: the table outlives its use in compiled code.

    Counting references with atomic operations, person by person, would double the time
    of a run.
    """

    def __init__(self, manager: Any, table_type: TableType) -> None:
        members = [(part, types.CPointer(_TYPES[part])) for part in PARTS]
        super().__init__(manager, table_type, [*members, ("size", types.intp)])


@unbox(TableType)
def _unbox(table_type: TableType, table: Any, context: Any) -> NativeValue:
    proxy = cgutils.create_struct_proxy(table_type)(context.context, context.builder)
    for part in PARTS:
        array_type = types.Array(_TYPES[part], 2, "C")
        attribute = context.pyapi.object_getattr_string(table, part)
        native = context.unbox(array_type, attribute).value
        array = context.context.make_array(array_type)(context.context, context.builder, native)
        setattr(proxy, part, array.data)
        proxy.size = context.builder.extract_value(array.shape, 1)
        context.context.nrt.decref(context.builder, array_type, native)
        context.pyapi.decref(attribute)
    return NativeValue(proxy._getvalue())


def as_table(context: Any, builder: Any, table_type: TableType, words: Any) -> Any:
    """Return a table in compiled code from the addresses of its parts and its size."""
    proxy = cgutils.create_struct_proxy(table_type)(context, builder)
    for part, word in zip(PARTS, words[:-1], strict=True):
        pointer = context.get_data_type(_TYPES[part]).as_pointer()
        setattr(proxy, part, builder.inttoptr(word, pointer))
    proxy.size = words[-1]
    return proxy._getvalue()


@infer_getattr
class _Attributes(AttributeTemplate):
    key = TableType

    def generic_resolve(self, table_type: TableType, name: str) -> Any:
        if name in table_type.columns:
            return types.Array(_TYPES[table_type.columns[name][0]], 1, "C")
        return types.Array(_TYPES[name], 2, "C") if name in PARTS else None


@lower_getattr_generic(TableType)
def _lower(context: Any, builder: Any, table_type: TableType, value: Any, name: str) -> Any:
    proxy = cgutils.create_struct_proxy(table_type)(context, builder, value=value)
    part, row = table_type.columns.get(name, (name, -1))
    data, size = getattr(proxy, part), proxy.size
    if row < 0:
        rows = context.get_constant(types.intp, len(table_type.groups[PARTS.index(part)]))
        return view(context, builder, _TYPES[part], data, (rows, size))
    offset = builder.mul(size, context.get_constant(types.intp, row))
    return view(context, builder, _TYPES[part], builder.gep(data, [offset]), (size,))


def view(context: Any, builder: Any, dtype: Any, data: Any, shape: tuple[Any, ...]) -> Any:
    """Return a contiguous array over borrowed memory."""
    array = context.make_array(types.Array(dtype, len(shape), "C"))(context, builder)
    itemsize = context.get_constant(
        types.intp, context.get_abi_sizeof(context.get_data_type(dtype))
    )
    strides = [itemsize] if len(shape) == 1 else [builder.mul(shape[1], itemsize), itemsize]
    context.populate_array(
        array,
        data=data,
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=itemsize,
        meminfo=None,
        parent=None,
    )
    return array._getvalue()
