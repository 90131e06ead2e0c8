{{ declared_indicator("stg_region__indicateurs", "3A1_cos_signes") }}
