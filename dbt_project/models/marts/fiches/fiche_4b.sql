{{ fiche_table("4.B") }}
