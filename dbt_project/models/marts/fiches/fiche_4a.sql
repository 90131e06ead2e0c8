{{ fiche_table("4.A") }}
