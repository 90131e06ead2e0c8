{{ stage_declared_indicators("opco_indicateurs") }}
