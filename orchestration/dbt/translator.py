"""How dbt's nodes become Dagster's assets: their keys, texts, owners, tags, lineage of columns.

Here: naming and describing. Not here: running dbt (``run``), nor what a definition says.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from orchestration.dbt import attributes
from orchestration.dbt.lineage import read_lineage
from orchestration.keys import INDICATOR_LAYER
from orchestration.settings.folders import Folders

OBSERVATIONS = "model.vigie.fct_observation"


class VigieTranslator(DagsterDbtTranslator):
    """Names dbt's nodes by the grammar of Vigie: ``layer / name``, ``extract / source``."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return ``indicators/1A4_pcrh_te``, ``staging/stg_…``, ``extract/parcoursup_2018``."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["extract", name])
        if dbt_resource_props["resource_type"] == "model":
            return dg.AssetKey([dbt_resource_props["fqn"][1], name])
        return dg.AssetKey([dbt_resource_props["resource_type"], name])

    def get_resource_props(self, manifest: Mapping[str, Any], unique_id: str) -> Mapping[str, Any]:
        """Give an indicator the columns of the table of all observations, which describes them."""
        props = super().get_resource_props(manifest, unique_id)
        if self.get_asset_key(props).path[0] != INDICATOR_LAYER:
            return props
        return {**props, "columns": manifest["nodes"][OBSERVATIONS]["columns"]}

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the definition of an indicator in French; dbt's own text for the rest."""
        definition = _definition(dbt_resource_props)
        if definition is None:
            return str(dbt_resource_props.get("description", ""))
        counted = f"**{definition['label']}**\n\nCe qui est compté : {definition['counts']}"
        excluded = definition.get("excludes")
        return f"{counted}\n\nCe qui ne l'est pas : {excluded}" if excluded else counted

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """Return a dbt test as a check that blocks nothing: the gate holds what it reaches."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(blocking=False)

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Add the producer, the contact, the unit and the cadence of an indicator."""
        definition = _definition(dbt_resource_props) or {}
        named = {
            "producteur": "producer",
            "contact": "contact",
            "unité": "unit_measure",
            "cadence": "cadence",
        }
        own = {label: definition[key] for label, key in named.items() if key in definition}
        return {**super().get_metadata(dbt_resource_props), **own}

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Return the producer of an indicator, or of the extracts that a staging model reads."""
        definition = _definition(dbt_resource_props)
        if definition is not None:
            return [attributes.owner(definition["producer"])]
        return attributes.owners_of_sources(_sources_read(dbt_resource_props))

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """Add the fiche, the producer, the cadence, the unit and the origin of an indicator."""
        definition = _definition(dbt_resource_props)
        own = attributes.tags(definition) if definition else {}
        return {**super().get_tags(dbt_resource_props), **own}

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Add when an indicator is stale."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        definition = _definition(self.get_resource_props(manifest, unique_id))
        policy = attributes.indicator_freshness(definition) if definition else None
        return spec.replace_attributes(freshness_policy=policy)


def column_lineage(
    folders: Folders, manifest: Mapping[str, Any]
) -> dict[dg.AssetKey, dg.TableColumnLineage]:
    """Return where each column of each model comes from, as Dagster shows it."""
    translator, nodes = VigieTranslator(), manifest["nodes"]

    def key(table: str) -> dg.AssetKey:
        node = nodes.get(table)
        return translator.get_asset_key(node) if node else dg.AssetKey(table.split("/"))

    return {
        key(table): dg.TableColumnLineage(
            {
                column: [dg.TableColumnDep(key(origin), name) for origin, name in origins]
                for column, origins in columns.items()
            }
        )
        for table, columns in read_lineage(folders, manifest).items()
        if any(columns.values())
    }


def _sources_read(dbt_resource_props: Mapping[str, Any]) -> list[str]:
    """Return the sources that a node reads without anything between."""
    parents = dbt_resource_props.get("depends_on", {}).get("nodes", [])
    return [parent.split(".")[-1] for parent in parents if parent.startswith("source.")]


def _definition(dbt_resource_props: Mapping[str, Any]) -> dict[str, Any] | None:
    meta = dbt_resource_props.get("config", {}).get("meta", {})
    definition: dict[str, Any] | None = meta.get("vigie")
    return definition
