{{ fiche_table("2.A") }}
