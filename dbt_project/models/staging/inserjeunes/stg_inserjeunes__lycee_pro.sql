{{ stage_inserjeunes("inserjeunes_lycee_pro") }}
