{{ declared_indicator("stg_orion__indicateurs", "4B5_poursuite_etude_bacpro") }}
