{{ declared_indicator("stg_region__indicateurs", "1A3_actions_cos_te") }}
