{{ declared_indicator("stg_orion__indicateurs", "4B6_insertion_bacpro") }}
