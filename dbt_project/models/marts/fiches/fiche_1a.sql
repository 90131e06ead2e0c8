{{ fiche_table("1.A") }}
