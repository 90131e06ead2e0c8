{{ declared_indicator("stg_drafpic__indicateurs", "4B4_places_diplomes_colores") }}
