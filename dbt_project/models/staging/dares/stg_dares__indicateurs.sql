{{ stage_declared_indicators("dares_indicateurs") }}
