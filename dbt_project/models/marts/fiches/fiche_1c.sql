{{ fiche_table("1.C") }}
