{{ stage_declared_indicators("region_indicateurs") }}
