"""What the templates of dbt may name, made when one of them names it.

For each node dbt makes, twice, all that its SQL and its materialisation could call: six hundred
macros, exceptions, modules, of which they call a dozen. That is a fifth of a build.

Here: the same names for the same things, each made at its first reading. Not here: running dbt
(``run``), parsing its project (``project``).
"""

import contextlib
from collections.abc import Callable, Collection, Iterator, KeysView, Mapping
from functools import cache, partial
from typing import Any

from dbt.clients.jinja import MacroGenerator
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.nodes import Macro
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import MacroFuzzTemplate, NativeSandboxTemplate

ITSELF, BUILTINS = "context", "builtins"
"""What a context holds beside its members and its macros."""


class MadeWhenRead(dict[str, Any]):
    """A dictionary whose values are made when they are read, and kept; what is put in it stands.

    Attributes:
        names: What can be made.
        make: Makes the value of a name.
    """

    def __init__(
        self, names: Collection[str] = (), make: Callable[[str], object] = KeyError
    ) -> None:
        super().__init__()
        self.names, self.make = names, make

    def __missing__(self, name: str) -> object:
        if name not in self.names:
            raise KeyError(name)
        value = self[name] = self.make(name)
        return value

    def __contains__(self, name: object) -> bool:
        return name in self.names or super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        # What copies a dictionary takes all its names, and reads each.
        there = super().keys()
        return iter({**dict.fromkeys(self.names), **dict.fromkeys(there)} if there else self.names)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def keys(self) -> Any:  # noqa: ANN401 the keys of a dictionary have a type of its own
        """Return all its names, those of what was not made yet as well."""
        return KeysView(self)

    def get(self, name: str, default: object = None) -> object:
        """Return the value of a name, or what stands for none."""
        try:
            return self[name]
        except KeyError:
            return default


class _LazyNamespace(MacroNamespace):
    """The macros of a context where dbt looks for them, and the context that they are given."""

    def __init__(
        self, builder: MacroNamespaceBuilder, by_package: Mapping[str, Mapping[str, Macro]]
    ) -> None:
        self.context = MadeWhenRead()

        def callable_of(macros: Mapping[str, Macro]) -> MadeWhenRead:
            def make(name: str) -> MacroGenerator:
                return MacroGenerator(macros[name], self.context, builder.node, builder.thread_ctx)

            return MadeWhenRead(macros, make)

        internal = builder.internal_package_names_order
        packages: dict[str, Any] = {
            name: callable_of(macros) for name, macros in by_package.items() if name not in internal
        }
        of_dbt: dict[str, Macro] = {}
        for name in reversed(internal):
            of_dbt.update(by_package.get(name, {}))
        super().__init__(
            global_namespace=packages.get(builder.root_package, {}),
            local_namespace=packages.get(builder.search_package, {}),
            global_project_namespace=callable_of(of_dbt),
            packages=packages,
        )


def _namespace(
    builder: MacroNamespaceBuilder, by_package: Mapping[str, Mapping[str, Macro]], _: object
) -> MacroNamespace:
    return _LazyNamespace(builder, by_package)


def _content(made: ManifestContext) -> dict[str, Any]:
    """Return what a context holds, its macros before its members of the same name."""
    namespace, members = made.namespace, made._context_members_
    if not isinstance(namespace, _LazyNamespace):
        # That of a test which is parsed holds little.
        return _USUAL_CONTENT(made)

    def make(name: str) -> object:
        if name in namespace:
            return namespace[name]
        if name == ITSELF:
            return context
        if name == BUILTINS:
            return made.generate_builtins()
        member = members[name]
        return member.__get__(made) if hasattr(member, "__get__") else member

    context = made._ctx = namespace.context
    context.names, context.make = {*namespace, *members, ITSELF, BUILTINS}, make
    return context


_USUAL_CONTENT: Callable[[ManifestContext], dict[str, Any]] = ManifestContext.to_dict
REPLACED = (
    (MacroNamespaceBuilder, "build_namespace", _namespace),
    (ManifestContext, "to_dict", _content),
    # Arguments of tests are rendered as SQL is, without a copy of the whole context.
    (NativeSandboxTemplate, "new_context", MacroFuzzTemplate.new_context),
    # What a statement without rows gives: nobody adds to it.
    (agate_helper, agate_helper.empty_table.__name__, cache(agate_helper.empty_table)),
)


@contextlib.contextmanager
def contexts_made_when_read() -> Iterator[None]:
    """Have dbt make what templates may name when one of them does, for one run."""
    with contextlib.ExitStack() as usual:
        for owner, name, instead in REPLACED:
            own = vars(owner).get(name)
            usual.callback(
                partial(setattr, owner, name, own) if own else partial(delattr, owner, name)
            )
            setattr(owner, name, instead)
        yield
