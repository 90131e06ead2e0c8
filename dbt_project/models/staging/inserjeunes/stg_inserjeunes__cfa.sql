{{ stage_inserjeunes("inserjeunes_cfa", {"taux_contrats_interrompus": "rate_contracts_broken"}) }}
