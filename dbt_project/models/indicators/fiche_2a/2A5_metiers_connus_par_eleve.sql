{{ declared_indicator("stg_education_nationale__indicateurs", "2A5_metiers_connus_par_eleve") }}
