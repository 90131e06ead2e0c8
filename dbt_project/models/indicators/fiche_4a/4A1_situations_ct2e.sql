{{ declared_indicator("stg_region__indicateurs", "4A1_situations_ct2e") }}
