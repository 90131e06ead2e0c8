{{ stage_declared_indicators("orion_indicateurs") }}
