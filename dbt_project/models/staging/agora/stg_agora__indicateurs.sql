{{ stage_declared_indicators("agora_indicateurs") }}
