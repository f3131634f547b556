
import django.db.models.deletion
import django.utils.timezone
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Commune',
            fields=[
                ('code', models.CharField(max_length=5, primary_key=True, serialize=False, verbose_name='code COG')),
                ('name', models.CharField(max_length=100, verbose_name='nom')),
                ('name_key', models.CharField(db_index=True, help_text='sans accent ni tiret, en minuscules', max_length=100, verbose_name='nom normalisé')),
                ('department', models.CharField(db_index=True, max_length=3, verbose_name='département')),
                ('epci', models.CharField(blank=True, db_index=True, max_length=9, verbose_name="SIREN de l'EPCI")),
                ('epci_name', models.CharField(blank=True, max_length=200, verbose_name='EPCI')),
                ('population', models.PositiveIntegerField(default=0, verbose_name='population')),
            ],
            options={
                'verbose_name': 'commune',
                'ordering': ('name', 'code'),
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20, verbose_name='parcours')),
                ('owner', models.CharField(db_index=True, max_length=80, verbose_name='propriétaire')),
                ('content', models.BinaryField(default=bytes, verbose_name='contenu chiffré')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='expire le')),
            ],
            options={
                'verbose_name': 'brouillon',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(blank=True, max_length=150, null=True, unique=True, verbose_name='identifiant du personnel')),
                ('nir_digest', models.CharField(editable=False, max_length=64, null=True, unique=True, verbose_name='empreinte du NIR')),
                ('is_staff', models.BooleanField(default=False, verbose_name="personnel de l'ADM79")),
                ('is_active', models.BooleanField(default=True, verbose_name='compte actif')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créé le')),
                ('birth_name', models.CharField(blank=True, max_length=100, verbose_name='nom de naissance')),
                ('usual_name', models.CharField(blank=True, max_length=100, verbose_name="nom d'usage")),
                ('first_names', models.CharField(blank=True, max_length=150, verbose_name='prénoms')),
                ('sex', models.CharField(blank=True, choices=[('F', 'femme'), ('M', 'homme')], max_length=1, verbose_name='sexe')),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='date de naissance')),
                ('birth_place', models.CharField(blank=True, max_length=150, verbose_name='lieu de naissance')),
                ('nationality', models.CharField(blank=True, max_length=60, verbose_name='nationalité')),
                ('birth_month_digest', models.CharField(blank=True, editable=False, max_length=64, verbose_name='empreinte du mois de naissance')),
                ('certified_by', models.CharField(blank=True, choices=[('', 'non certifiée'), ('franceconnect', 'fournie par FranceConnect'), ('document', "vérifiée sur pièce par l'ADM79")], default='', max_length=20, verbose_name='identité certifiée')),
                ('certified_at', models.DateTimeField(blank=True, null=True, verbose_name='certifiée le')),
                ('diploma', models.CharField(blank=True, choices=[('', 'Non renseigné'), ('none', 'Sans diplôme'), ('3', 'Niveau 3 (CAP, BEP)'), ('4', 'Niveau 4 (baccalauréat)'), ('5', 'Niveau 5 (BTS, DUT, DEUG)'), ('6', 'Niveau 6 (licence, BUT, maîtrise)'), ('7', 'Niveau 7 (master, ingénieur)'), ('8', 'Niveau 8 (doctorat)')], default='', max_length=10, verbose_name='diplôme le plus élevé')),
                ('mobile', models.CharField(blank=True, help_text='E.164', max_length=20, verbose_name='téléphone mobile')),
                ('landline', models.CharField(blank=True, help_text='E.164', max_length=20, verbose_name='téléphone fixe')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse mail')),
                ('email_confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='adresse mail confirmée le')),
                ('email_wanted', models.EmailField(blank=True, max_length=254, verbose_name='nouvelle adresse à confirmer')),
                ('street_number', models.CharField(blank=True, max_length=10, verbose_name='numéro de voie')),
                ('repetition', models.CharField(blank=True, max_length=12, verbose_name='indice de répétition')),
                ('street_type', models.CharField(blank=True, max_length=40, verbose_name='type de voie')),
                ('street_name', models.CharField(blank=True, max_length=150, verbose_name='nom de la voie')),
                ('address_extra', models.CharField(blank=True, max_length=150, verbose_name="complément d'adresse")),
                ('locality', models.CharField(blank=True, max_length=150, verbose_name='lieu-dit')),
                ('postal_code', models.CharField(blank=True, max_length=20, verbose_name='code postal')),
                ('city', models.CharField(blank=True, max_length=100, verbose_name='ville')),
                ('country', models.CharField(blank=True, default='France', max_length=60, verbose_name='pays')),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='fermé le')),
                ('terms_version', models.CharField(blank=True, max_length=20, verbose_name='version des CGU acceptée')),
                ('terms_accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='CGU acceptées le')),
                ('rights_balance', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, help_text='Euros de DIF élus ; tenu par enrolment.rights, égal à la somme du journal des droits.', max_digits=8, verbose_name='droits disponibles')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('commune', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='accounts.commune', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'compte',
                'ordering': ('birth_name', 'first_names', 'id'),
            },
        ),
        migrations.CreateModel(
            name='CorrectionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('birth_name', 'Nom de naissance'), ('usual_name', "Nom d'usage"), ('first_names', 'Prénoms'), ('sex', 'Sexe'), ('birth_date', 'Date de naissance'), ('birth_place', 'Lieu de naissance'), ('nationality', 'Nationalité')], max_length=20, verbose_name='information')),
                ('wanted', models.CharField(max_length=150, verbose_name='valeur demandée')),
                ('explanation', models.TextField(blank=True, max_length=1000, verbose_name='explication')),
                ('status', models.CharField(choices=[('pending', 'à traiter'), ('accepted', 'acceptée'), ('refused', 'refusée')], default='pending', editable=False, max_length=10, verbose_name='état')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandée le')),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='décidée le')),
                ('answer', models.TextField(blank=True, verbose_name='réponse')),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidée par')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'demande de correction',
                'verbose_name_plural': 'demandes de correction',
                'ordering': ('created_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='FranceConnectIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.URLField(verbose_name='fournisseur')),
                ('sub', models.CharField(max_length=255, verbose_name='sub')),
                ('linked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='reliée le')),
                ('last_login_at', models.DateTimeField(blank=True, null=True, verbose_name='dernière connexion')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='franceconnect', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'identité FranceConnect',
                'verbose_name_plural': 'identités FranceConnect',
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('unmatched', 'sans compte'), ('proposed', 'proposé à la personne'), ('confirmed', 'confirmé')], default='unmatched', max_length=10, verbose_name='état')),
                ('birth_name', models.CharField(blank=True, max_length=100, verbose_name='nom')),
                ('first_name', models.CharField(blank=True, max_length=100, verbose_name='prénom')),
                ('name_key', models.CharField(blank=True, db_index=True, max_length=100, verbose_name='nom normalisé')),
                ('sex', models.CharField(blank=True, max_length=1, verbose_name='sexe')),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='date de naissance')),
                ('function', models.CharField(max_length=120, verbose_name='fonction')),
                ('kind', models.CharField(choices=[('municipal', 'municipal'), ('epci', 'communautaire'), ('departmental', 'départemental'), ('regional', 'régional')], default='municipal', max_length=15, verbose_name='mandat')),
                ('department', models.CharField(blank=True, db_index=True, max_length=3, verbose_name='département')),
                ('place_name', models.CharField(blank=True, max_length=200, verbose_name='collectivité')),
                ('start', models.DateField(blank=True, null=True, verbose_name='début')),
                ('end', models.DateField(blank=True, null=True, verbose_name='fin')),
                ('source', models.CharField(choices=[('rne', 'répertoire national (RNE)'), ('staff', 'ADM79')], default='staff', editable=False, max_length=10, verbose_name='source')),
                ('source_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True, verbose_name='clé du répertoire')),
                ('commune', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.commune', verbose_name='commune')),
                ('rejected_by', models.ManyToManyField(blank=True, editable=False, related_name='rejected_mandates', to=settings.AUTH_USER_MODEL, verbose_name="« ce n'est pas moi »")),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mandates', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'mandat',
                'ordering': ('start', 'id'),
            },
        ),
        migrations.CreateModel(
            name='OpenSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(editable=False, max_length=40, unique=True, verbose_name='clé')),
                ('method', models.CharField(max_length=20, verbose_name='par')),
                ('device', models.CharField(blank=True, max_length=60, verbose_name='appareil')),
                ('remembered', models.BooleanField(default=False, verbose_name='rester connecté')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouverte le')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='open_sessions', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'session ouverte',
                'verbose_name_plural': 'sessions ouvertes',
                'ordering': ('-opened_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(blank=True, max_length=200, null=True, unique=True, verbose_name='clé')),
                ('template', models.CharField(max_length=100, verbose_name='modèle')),
                ('recipient', models.EmailField(blank=True, max_length=254, verbose_name='destinataire')),
                ('content', models.BinaryField(default=bytes, verbose_name='contenu chiffré')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='pris par un facteur le')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='parti le')),
                ('given_up_at', models.DateTimeField(blank=True, null=True, verbose_name='abandonné le')),
                ('last_error', models.CharField(blank=True, max_length=100, verbose_name='dernière erreur')),
            ],
            options={
                'verbose_name': 'mail',
                'ordering': ('-created_at', 'id'),
                'indexes': [models.Index(fields=['created_at'], name='mails_by_age')],
            },
        ),
        migrations.CreateModel(
            name='PostalCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=5, verbose_name='code postal')),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='postal_codes', to='accounts.commune', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'code postal',
                'verbose_name_plural': 'codes postaux',
                'ordering': ('code', 'commune__name'),
            },
        ),
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=30, verbose_name='usage')),
                ('key_digest', models.CharField(max_length=64, verbose_name='empreinte')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='échecs de suite')),
                ('day', models.DateField(verbose_name='jour')),
                ('failures_today', models.PositiveIntegerField(default=0, verbose_name='échecs du jour')),
                ('last_failure_at', models.DateTimeField(db_index=True, verbose_name='dernier échec')),
                ('blocked_until', models.DateTimeField(blank=True, null=True, verbose_name="attente jusqu'à")),
            ],
            options={
                'verbose_name': 'frein',
                'constraints': [models.UniqueConstraint(fields=('purpose', 'key_digest'), name='one_throttle_per_key')],
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('rights_balance__gte', 0)), name='rights_balance_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='correctionrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'pending')), fields=('user', 'field'), name='one_pending_correction_per_field'),
        ),
        migrations.AddConstraint(
            model_name='franceconnectidentity',
            constraint=models.UniqueConstraint(fields=('issuer', 'sub'), name='one_account_per_identity'),
        ),
        migrations.AddConstraint(
            model_name='postalcode',
            constraint=models.UniqueConstraint(fields=('code', 'commune'), name='postal_code_once'),
        ),
    ]
