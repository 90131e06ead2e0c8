{{ declared_indicator("int_training__readings", "2B5_acces_formation_de") }}
