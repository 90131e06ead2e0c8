{{ stage_declared_indicators("cariforef_indicateurs") }}
