{{ stage_declared_indicators("drafpic_indicateurs") }}
