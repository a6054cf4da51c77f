"""Texts that seem to hold a credential, and texts that do not: one a line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.credential_texts import MOST_TRIGGERS, credential_line
from dlfportal.formats.credentials import is_filled, is_secret_name

HELD = r"""
access_key 'HSTEXAMPLEKEY0000001'
options (secret_access_key 'aBcDeFg')
create user etl with createdb password 'Abc@12345'
alter user etl PASSWORD "Bigdata@123"
fs.obs.secret.key=abcdef
set fs.obs.access.key = AK000123
--conf spark.hadoop.fs.obs.secret.key=xyz123
obs://AKAKAK:SKSKSK@bucket/x
s3a://AKAKAK:SKSKSK@bucket/x
hdfs dfs -ls hdfs://me:Geheim1@nn:8020/
jdbc:postgresql://etl:Geheim1@h:5432/db
jdbc:oracle:thin:scott/tiger1@h:1521:x
gsql -d pg -h 1.2.3.4 -U u -p 8000 -W Geheim1 -c x
gsql -d pg -WGeheim1
beeline -u "jdbc:hive2://h:10000/" -n user -p Geheim1
curl -u user:Geheim1 http://x
curl -sSku "user:Geheim1" http://x
curl --user=me:Geheim1 https://x
obsutil config -i=AKAKAK -k=SKSKSK -e=x
obsutil ls -i AKAKAK -k SKSKSK
gs_dump -U u -W Geheim1 -p 8000 db
gs_restore -W 'Geheim1' a.tar
set fs.obs.secret.key = Abc000123;
create data source s options (ak 'HSTAABBCC12345678900', sk 'aBcDeFgHiJkLmNoPqRsT0')
python load.py --ak HSTAABBCC12345678900 --sk aBcDeFgHiJkLmNoPqRsT0
declare v_pwd varchar(30) := 'Geheim1';
-----BEGIN RSA PRIVATE KEY-----
-----BEGIN PRIVATE KEY-----
-- 密码：Abc@12345
# 口令是 Abc@12345
mysql -h db -uroot -pGeheim1
mysqldump -u root -p'Geheim 1' shop
sqoop import --password hunter22 --table t
sqoop --password 'hunter22'
CREATE USER a IDENTIFIED BY Geheim1;
identified with mysql_native_password by 'Geheim'
curl -H "Authorization: Bearer eyJhbGciOi"
requests.get(u, headers={"Authorization": "Basic dXNlcg=="})
{"X-Auth-Token": "MIIFabc"}
headers: X-Auth-Token=MIIF
.option("password", "Geheim1")
ak = "HSTAABBCC1234567890"
SK='aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcd'
<name>fs.obs.secret.key</name><value>abcdef</value>
<password>Geheim1</password>
password: Abc@12345
db.password = Abc@12345
export PGPASSWORD=Geheim1
sshpass -p Geheim1 ssh x
redis-cli -h x -a Geheim1
sqlplus scott/tiger1@orcl
password: str = "Geheim"
passphrase = 'correct horse'
api_key="abc123"
openssl rsa -passin pass:Geheim1
url=jdbc:mysql://db/x?user=a&password=Geheim1
connector.password' = 'Geheim1'
"secret": "abc"
pwd := 'Geheim'
'token' => 'abc'
"{\"password\":\"Geheim1\"}"
sasl.jaas.config=org.x.PlainLoginModule required username="a" password="Geheim1";
""".strip("\n").split("\n")

NOT_HELD = r"""
select password, token from users where token is not null
select u.password as pw from users u
where a.token = b.token and a.password=b.password
create table t (password varchar(50), token string comment 'the token')
select PASSWORD('x'), md5(password) from t
with ('connector.password' = '${password}')
export DB_PASSWORD="$1"
export DB_PASSWORD=$(get-secret)
password = ''
password = '***'
password: <password>
mysql -p<password>
password='Add password here'
--password "$PW"
--password-file /user/x/pw
--token ${token} 
mysql -p
mysql -h x -P3306 -uroot -p db
mysql -uroot -p${password}
mkdir -p/data && mysql -p
gsql -d pg -W "$PW"
gsql -d pg -w -c 'select 1'
beeline -u "jdbc:hive2://h:10000/default;principal=hive/_HOST@X" -n a -p ""
curl -u : --negotiate http://x
curl -u "user:${PW}" http://x
curl -u user http://x
curl -O http://x:8080/y
obsutil ls -i=$AK -k=$SK
jdbc:postgresql://${u}:${p}@h/db
hdfs://ns:8020/user@x
http://proxy:8080
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
-- 密码：见附件
-- 密码字段 password
密码：******
密码：${pwd}
on a.sk = b.sk
select sk, ak from dim where sk = 20230101
cd $PWD; DIR=`pwd`
PWD=/opt/app
password = os.environ["PW"]
password=os.getenv("PW")
connect(password=password, token=self.token)
set role authorization
rows are identified by id
-H "Authorization: Bearer $TOKEN"
-H "X-Auth-Token: ${token}"
jdbc:mysql://db/x?password=#{pw}
"token": "string"
password=your_password
tokenizer = 'x'
max_tokens=100
token = ","
secret_name='x'
if password == '':
select token "Token", password "Kennwort" from t
docker run -p 8080:80 x
password: see the wiki
select '密码' as c, password as d
["user", "password", "email"]
comment on column t.password is 'login password'
psql -W -h x
echo "enter password: "
read -p "password " x
-- token: 5 minutes
ORDER BY pwd
password=?
insert into t(password) values (:pw)
password = %s
""".strip("\n").split("\n")


@pytest.mark.parametrize("text", HELD)
def test_a_credential_is_seen_on_its_line(text: str) -> None:
    assert credential_line(f"SELECT 1;\n\n{text}\nSELECT 2;\n") == 3
    assert credential_line(text) == 1


@pytest.mark.parametrize("text", NOT_HELD)
def test_no_false_alarm(text: str) -> None:
    assert credential_line(f"SELECT 1;\n{text}\nSELECT 2;\n") is None


def test_a_command_goes_on_in_the_next_line_after_a_backslash() -> None:
    assert credential_line("gsql -d pg \\\n  -W Geheim1\n") == 1
    assert credential_line("gsql -d pg\ntest -W Geheim1\n") is None


def test_a_private_key_and_letters_that_change_their_length_do_not_move_the_line() -> None:
    assert credential_line("\u0130\n" * 9 + "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl") == 10


@pytest.mark.parametrize(
    "name",
    [
        *("linkConfig.Password", "spark.hadoop.fs.obs.access.key", "fs.obs.secret-key", "my.api.key"),
        *("private_key", "auth_token", "sasl.jaas.config", "toJobConfig.dek", "obs.AK", "sk", "securityKey"),
        *("AWS_ACCESS_KEY_ID", "pass.phrase", "http.Authorization", "db_passwd"),
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["task", "my_ak", "sk.id", "deck", "password.file", "tokens", "keys", "secretKeyRef", "iv", ""]
)
def test_names_of_other_things(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value", ["", "${x}", "#{x}", "$X", "***", "xxxx", "<pw>", "Add password here", None]
)
def test_values_that_stand_for_a_secret(value: str | None) -> None:
    assert not is_filled(value)


@pytest.mark.parametrize("value", ["Geheim1", "hunter2", "a", "密码1x"])
def test_values_that_may_be_a_secret(value: str) -> None:
    assert is_filled(value)


UNITS = [
    *("password ", "token=$ ", "secret\n= ", "curl ", "curl -u ", "gsql -W ", "curl -uuuuu", "a://b:", "sk="),
    *(
        "pwd>",
        "password '",
        "password\" , '",
        "sqlplus a/",
        "thin:a/",
        "identified  by ",
        "密码：",
        "x -p\ny ",
    ),
]


@pytest.mark.timed
@pytest.mark.parametrize("unit", UNITS)
def test_a_text_made_to_be_slow_costs_little(unit: str) -> None:
    text = unit * (1024 * 1024 // len(unit))
    begin = time.process_time()
    assert credential_line(text) is None
    assert time.process_time() - begin < 5, "a quarter of a second on an idle machine"


def test_the_search_ends_after_very_many_words_without_a_credential() -> None:
    assert credential_line("token \n" * MOST_TRIGGERS + "token='abc'") is None


@given(st.lists(st.sampled_from([*UNITS, *"\n'\"=:\\ a1"]), max_size=40))
def test_any_text_is_looked_through(parts: list[str]) -> None:
    text = "".join(parts)
    line = credential_line(text)
    assert line is None or 1 <= line <= text.count("\n") + 1
