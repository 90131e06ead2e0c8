{{ declared_indicator("stg_region__indicateurs", "4B3_fermetures_places") }}
