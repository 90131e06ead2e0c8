{{ stage_declared_indicators("france_travail_indicateurs") }}
