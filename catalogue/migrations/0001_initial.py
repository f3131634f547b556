"""The catalogue's tables, and the database's own full-text index of ``SearchEntry``, on either engine.

The words are ready-made (folded and stemmed by ``catalogue.search.words``), so neither engine's language rules
come into play and both find the same rows. Triggers and generated columns keep the index true in the
same transaction as the row, whoever writes it.
"""

import catalogue.models.trainings
import catalogue.trainings.deep_links
import django.db.models.deletion
import django.utils.timezone
from decimal import Decimal
from django.db import migrations, models


SQLITE = [
    """CREATE VIRTUAL TABLE catalogue_search_fts USING fts5(
        title, body, content='catalogue_searchentry', content_rowid='training_id',
        tokenize='ascii', prefix='2 3 4', detail='column')""",
    """CREATE TRIGGER catalogue_search_insert AFTER INSERT ON catalogue_searchentry BEGIN
        INSERT INTO catalogue_search_fts(rowid, title, body) VALUES (new.training_id, new.title, new.body);
    END""",
    """CREATE TRIGGER catalogue_search_delete AFTER DELETE ON catalogue_searchentry BEGIN
        INSERT INTO catalogue_search_fts(catalogue_search_fts, rowid, title, body)
        VALUES ('delete', old.training_id, old.title, old.body);
    END""",
    """CREATE TRIGGER catalogue_search_update AFTER UPDATE ON catalogue_searchentry BEGIN
        INSERT INTO catalogue_search_fts(catalogue_search_fts, rowid, title, body)
        VALUES ('delete', old.training_id, old.title, old.body);
        INSERT INTO catalogue_search_fts(rowid, title, body) VALUES (new.training_id, new.title, new.body);
    END""",
]
SQLITE_BACK = [
    "DROP TRIGGER catalogue_search_insert",
    "DROP TRIGGER catalogue_search_delete",
    "DROP TRIGGER catalogue_search_update",
    "DROP TABLE catalogue_search_fts",
]
POSTGRESQL = [
    """ALTER TABLE catalogue_searchentry
        ADD COLUMN title_vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(title, ' '))) STORED,
        ADD COLUMN body_vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(body, ' '))) STORED""",
    "CREATE INDEX catalogue_search_title ON catalogue_searchentry USING gin (title_vector) WITH (fastupdate = off)",
    "CREATE INDEX catalogue_search_body ON catalogue_searchentry USING gin (body_vector) WITH (fastupdate = off)",
]
POSTGRESQL_BACK = [
    "DROP INDEX catalogue_search_title",
    "DROP INDEX catalogue_search_body",
    "ALTER TABLE catalogue_searchentry DROP COLUMN title_vector, DROP COLUMN body_vector",
]


def forwards(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Scale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(unique=True, verbose_name='en vigueur à partir du')),
                ('yearly_credit', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='crédit annuel (€)')),
                ('cap', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='plafond du compte (€)')),
                ('hourly_cap', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='prix horaire maximal (€ HT)')),
                ('to_confirm', models.BooleanField(default=False, verbose_name='à confirmer')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
            ],
            options={
                'verbose_name': 'barème',
                'ordering': ('effective_from',),
            },
        ),
        migrations.CreateModel(
            name='Training',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', catalogue.models.trainings.ReferenceField(help_text="Dans l'adresse imprimée sur la fiche ; ne change plus une fois la formation publiée.", max_length=60, unique=True, verbose_name='référence')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('status', models.CharField(choices=[('draft', 'brouillon'), ('published', 'publiée'), ('withdrawn', 'retirée')], default='draft', max_length=10, verbose_name='état')),
                ('summary', models.CharField(blank=True, max_length=300, verbose_name='résumé')),
                ('strong_points', models.TextField(blank=True, verbose_name='points forts')),
                ('objectives', models.TextField(blank=True, verbose_name='objectifs')),
                ('programme', models.TextField(blank=True, verbose_name='programme')),
                ('teaching_means', models.TextField(blank=True, verbose_name='moyens pédagogiques')),
                ('evaluation', models.TextField(blank=True, verbose_name='évaluation')),
                ('audience', models.CharField(blank=True, max_length=200, verbose_name='public')),
                ('prerequisites', models.CharField(blank=True, max_length=200, verbose_name='prérequis')),
                ('duration_hours', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='durée (heures)')),
                ('duration_days', models.DecimalField(decimal_places=1, default=Decimal('1'), max_digits=4, verbose_name='durée (jours)')),
                ('price', models.DecimalField(decimal_places=2, help_text='net : la formation des élus est exonérée de TVA', max_digits=8, verbose_name='prix (euros)')),
                ('funding_aids', models.TextField(blank=True, verbose_name='aides au financement')),
                ('mcf_url', models.URLField(blank=True, max_length=500, validators=[catalogue.trainings.deep_links.validate_mcf_url], verbose_name='lien Mon Compte Formation')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifiée le')),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to='catalogue.training', verbose_name='remplacée par')),
            ],
            options={
                'verbose_name': 'formation',
                'ordering': ('title', 'id'),
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=100, primary_key=True, serialize=False, verbose_name='mot sans accent')),
                ('shown', models.CharField(max_length=100, verbose_name='mot')),
            ],
            options={
                'verbose_name': 'mot connu',
                'verbose_name_plural': 'mots connus',
            },
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='thème')),
            ],
            options={
                'verbose_name': 'thème',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('expressions', models.CharField(help_text="Séparées par des virgules : « PLU, plan local d'urbanisme ».", max_length=300, unique=True, verbose_name='expressions équivalentes')),
            ],
            options={
                'verbose_name': 'synonymes',
                'verbose_name_plural': 'synonymes',
                'ordering': ('expressions',),
            },
        ),
        migrations.CreateModel(
            name='Trainer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='nom')),
                ('presentation', models.TextField(blank=True, verbose_name='présentation')),
            ],
            options={
                'verbose_name': 'intervenant',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='TrainingBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='nom')),
                ('siret', models.CharField(blank=True, max_length=14, validators=[catalogue.trainings.deep_links.validate_siret], verbose_name='SIRET')),
                ('approval_number', models.CharField(blank=True, max_length=40, verbose_name="numéro d'agrément")),
                ('approval_end', models.DateField(blank=True, null=True, verbose_name="fin de l'agrément")),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse mail')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('accessibility_contact', models.CharField(blank=True, max_length=200, verbose_name='référent handicap')),
            ],
            options={
                'verbose_name': 'organisme de formation',
                'verbose_name_plural': 'organismes de formation',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='nom')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                ('access', models.TextField(blank=True, verbose_name='accès')),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='accounts.commune', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'lieu',
                'verbose_name_plural': 'lieux',
                'ordering': ('commune__name', 'name'),
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('training', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_entry', serialize=False, to='catalogue.training')),
                ('title', models.TextField(verbose_name='mots du titre')),
                ('body', models.TextField(verbose_name='mots de toute la fiche, titre compris')),
            ],
            options={
                'verbose_name': "entrée de l'index de recherche",
                'verbose_name_plural': 'index de recherche',
            },
        ),
        migrations.CreateModel(
            name='FormerReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', catalogue.models.trainings.ReferenceField(max_length=60, unique=True, verbose_name='ancienne référence')),
                ('training', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_references', to='catalogue.training', verbose_name='formation')),
            ],
            options={
                'verbose_name': 'ancienne référence',
                'verbose_name_plural': 'anciennes références',
                'ordering': ('reference',),
            },
        ),
        migrations.AddField(
            model_name='training',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to='catalogue.subject', verbose_name='thème'),
        ),
        migrations.AddField(
            model_name='training',
            name='trainers',
            field=models.ManyToManyField(blank=True, related_name='trainings', to='catalogue.trainer', verbose_name='intervenants'),
        ),
        migrations.AddField(
            model_name='training',
            name='body',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to='catalogue.trainingbody', verbose_name='organisme'),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField(verbose_name='premier jour')),
                ('end', models.DateField(verbose_name='dernier jour')),
                ('schedule', models.CharField(blank=True, default='9 h – 17 h', max_length=100, verbose_name='horaires')),
                ('remote', models.BooleanField(default=False, verbose_name='à distance')),
                ('seats', models.PositiveSmallIntegerField(default=15, verbose_name='places')),
                ('seats_taken', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='places prises')),
                ('cancelled_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='annulée le')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='créée le')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='catalogue.place', verbose_name='lieu')),
                ('training', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='catalogue.training', verbose_name='formation')),
            ],
            options={
                'verbose_name': 'session',
                'ordering': ('start', 'id'),
                'indexes': [models.Index(fields=['training', 'start'], name='session_of_training_by_date'), models.Index(fields=['start'], name='session_by_date')],
                'constraints': [models.CheckConstraint(condition=models.Q(('end__gte', models.F('start'))), name='session_ends_after_start'), models.CheckConstraint(condition=models.Q(('seats_taken__lte', models.F('seats'))), name='session_seats_not_oversold'), models.CheckConstraint(condition=models.Q(('remote', True), ('place__isnull', False), _connector='OR'), name='session_has_a_place')],
            },
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='training_price_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.CheckConstraint(condition=models.Q(('duration_hours__gt', 0)), name='training_lasts'),
        ),
        migrations.RunPython(forwards, backwards, elidable=False),
    ]
