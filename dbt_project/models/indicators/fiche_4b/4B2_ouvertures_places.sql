{{ declared_indicator("stg_region__indicateurs", "4B2_ouvertures_places") }}
