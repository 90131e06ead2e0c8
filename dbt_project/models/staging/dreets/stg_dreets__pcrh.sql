{{ stage_pcrh_deposit("dreets_pcrh") }}
