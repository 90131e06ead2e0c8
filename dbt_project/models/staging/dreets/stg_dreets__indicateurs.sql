{{ stage_declared_indicators("dreets_indicateurs") }}
