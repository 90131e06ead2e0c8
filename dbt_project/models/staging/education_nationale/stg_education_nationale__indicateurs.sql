{{ stage_declared_indicators("education_nationale_indicateurs") }}
