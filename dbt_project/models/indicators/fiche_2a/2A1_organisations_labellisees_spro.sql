{{ declared_indicator("stg_region__indicateurs", "2A1_organisations_labellisees_spro") }}
