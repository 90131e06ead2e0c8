{{ stage_pcrh_deposit("dreets_pcrh_2024") }}
