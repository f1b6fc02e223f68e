// Okta's own Node SDK against okta-sim: signing in both ways, paging, errors, waiting for a rate limit. It checks what the
// SDK makes of the answers, not the answers themselves. Usage: node sdk_test.js BASE_URL, with the SDK on NODE_PATH.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const okta = require('@okta/okta-sdk-nodejs');

const base = process.argv[2];
const control = async (method, path, body) => {
    const answer = await fetch(base + path, { method, body: body && JSON.stringify(body) });
    assert.equal(answer.status, 200, `${method} ${path}: ${await answer.clone().text()}`);
    return answer.json();
};
const everything = async (collection) => {
    const found = [];
    await collection.each((one) => { found.push(one); });
    return found;
};
const refusal = async (promise) => {
    try {
        await promise;
    } catch (error) {
        assert.ok(error instanceof okta.OktaApiError, `an OktaApiError is expected, ${error} came`);
        return error;
    }
    throw new assert.AssertionError({ message: 'a refusal is expected' });
};
const person = (login) => ({ profile: { firstName: 'Jane', lastName: 'Smith', login, email: login } });
const with_token = () => new okta.Client({ orgUrl: base, token: 'anything', cacheMiddleware: null });

const tests = {
    async 'users are created, found, listed page by page, changed and removed'() {
        const client = with_token();
        const made = [];
        for (let i = 0; i < 5; ++i)
            made.push(await client.userApi.createUser({ body: person(`jane${i}@example.com`), activate: i % 2 === 0 }));
        assert.equal(made[0].status, 'PROVISIONED');
        assert.equal(made[1].status, 'STAGED');
        assert.equal((await client.userApi.getUser({ userId: 'jane3@example.com' })).id, made[3].id);
        const listed = await everything(await client.userApi.listUsers({ limit: 2 }));
        assert.deepEqual(listed.map((user) => user.id).sort(), made.map((user) => user.id).sort());
        const pages = (await control('GET', '/_sim/ledger')).filter((entry) => entry.query.includes('limit=2'));
        assert.equal(pages.length, 3, 'five users are three pages of two');
        const found = await everything(await client.userApi.listUsers({ search: 'profile.login eq "jane1@example.com"' }));
        assert.deepEqual(found.map((user) => user.id), [made[1].id]);
        await client.userApi.updateUser({ userId: made[1].id, user: { profile: { title: 'Clerk' } } });
        assert.equal((await client.userApi.getUser({ userId: made[1].id })).profile.title, 'Clerk');
        await client.userApi.deactivateUser({ userId: made[0].id });
        assert.equal((await client.userApi.getUser({ userId: made[0].id })).status, 'DEPROVISIONED');
        await client.userApi.deleteUser({ userId: made[0].id });
        assert.equal((await refusal(client.userApi.getUser({ userId: made[0].id }))).status, 404);
    },

    async 'groups and rules give apps'() {
        const client = with_token();
        const user = await client.userApi.createUser({ body: person('jane@example.com') });
        const group = await client.groupApi.createGroup({ group: { profile: { name: 'Sales', description: 'd' } } });
        const app = await client.applicationApi.createApplication({ application: {
            name: 'bookmark', label: 'Wiki', signOnMode: 'BOOKMARK',
            settings: { app: { url: 'https://wiki.example', requestIntegration: false } } } });
        await client.applicationApi.assignGroupToApplication({ appId: app.id, groupId: group.id, applicationGroupAssignment: {} });
        const rule = await client.groupApi.createGroupRule({ groupRule: {
            type: 'group_rule', name: 'sales',
            conditions: { expression: { type: 'urn:okta:expression:1.0', value: 'user.department=="Sales"' } },
            actions: { assignUserToGroups: { groupIds: [group.id] } } } });
        await client.groupApi.activateGroupRule({ ruleId: rule.id });
        await client.userApi.updateUser({ userId: user.id, user: { profile: { department: 'Sales' } } });
        const members = await everything(await client.groupApi.listGroupUsers({ groupId: group.id }));
        assert.deepEqual(members.map((one) => one.id), [user.id]);
        assert.equal((await client.applicationApi.getApplicationUser({ appId: app.id, userId: user.id })).scope, 'GROUP');
        const taken = await refusal(client.applicationApi.unassignUserFromApplication({ appId: app.id, userId: user.id }));
        assert.equal(taken.errorCode, 'E0000046');
    },

    async 'policies and authorization servers come back as the SDK knows them'() {
        const client = with_token();
        const policy = await client.policyApi.createPolicy({ policy: { type: 'OKTA_SIGN_ON', name: 'Risk' } });
        assert.equal(policy.status, 'ACTIVE');
        const listed = await everything(await client.policyApi.listPolicies({ type: 'OKTA_SIGN_ON' }));
        assert.deepEqual(listed.map((one) => one.name), ['Risk', 'Default Policy']);
        const server = await client.authorizationServerApi.createAuthorizationServer({
            authorizationServer: { name: 'api', description: 'd', audiences: ['api://x'] } });
        await client.authorizationServerApi.createOAuth2Scope({ authServerId: server.id, oAuth2Scope: { name: 'orders' } });
        const scopes = await everything(await client.authorizationServerApi.listOAuth2Scopes({ authServerId: server.id }));
        assert.ok(scopes.some((scope) => scope.name === 'orders'));
    },

    async 'errors are OktaApiErrors with code, cause and request id'() {
        const client = with_token();
        const missing = await refusal(client.userApi.getUser({ userId: 'nobody' }));
        assert.equal(missing.status, 404);
        assert.equal(missing.errorCode, 'E0000007');
        assert.ok(missing.headers.get('x-okta-request-id'));
        await client.userApi.createUser({ body: person('jane@example.com') });
        const twice = await refusal(client.userApi.createUser({ body: person('jane@example.com') }));
        assert.equal(twice.errorCode, 'E0000001');
        assert.match(twice.errorCauses[0].errorSummary, /already exists/);
        assert.equal((await refusal(client.groupApi.getGroup({ groupId: '00gnone' }))).errorCode, 'E0000007');
    },

    async 'a 429 is waited out'() {
        const client = with_token();
        await control('POST', '/_sim/faults', { match: { method: 'GET', path: '/api/v1/groups' }, answer: { status: 429 } });
        let waited = 0;
        client.requestExecutor.on('backoff', (request, response, id, delay) => { waited += delay; });
        const groups = await everything(await client.groupApi.listGroups());
        assert.equal(groups.length, 1, 'Everyone');
        assert.ok(waited > 0 && waited < 10000, `waited ${waited} ms`);
        const statuses = (await control('GET', '/_sim/ledger')).filter((entry) => entry.path === '/api/v1/groups');
        assert.deepEqual(statuses.slice(-2).map((entry) => entry.status), [429, 200]);
    },

    async 'the System Log is read page by page'() {
        const client = with_token();
        for (let i = 0; i < 3; ++i)
            await client.userApi.createUser({ body: person(`log${i}@example.com`), activate: false });
        const until = new Date(Date.now() + 60000).toISOString();
        const events = await everything(await client.systemLogApi.listLogEvents({
            until, limit: 2, filter: 'eventType eq "user.lifecycle.create"' }));
        assert.equal(events.length, 3);
    },
};

// With a signed assertion the SDK also proves possession of its key (DPoP, RS256 only), whether or not the client must.
for (const dpop of [false, true]) {
    tests[`private_key_jwt, DPoP ${dpop ? 'demanded' : 'offered'}`] = async () => {
        const make = () => crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
        const { publicKey, privateKey } = make();
        await control('PUT', '/_sim/org', { clients: [{ client_id: '0oaservice', dpop, scopes: ['okta.users.read'],
            jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] } }],
            users: [{ id: '00ujane', status: 'ACTIVE', profile: { login: 'jane@example.com' } }] });
        const configured = { orgUrl: base, authorizationMode: 'PrivateKey', clientId: '0oaservice', keyId: 'k1',
            cacheMiddleware: null, scopes: ['okta.users.read'] };
        const client = new okta.Client({ ...configured, privateKey: { ...privateKey.export({ format: 'jwk' }), kid: 'k1' } });
        assert.equal((await client.userApi.getUser({ userId: '00ujane' })).profile.login, 'jane@example.com');
        assert.equal((await everything(await client.userApi.listUsers())).length, 1);
        const denied = await refusal(client.userApi.createUser({ body: person('new@example.com') }));
        assert.equal(denied.status, 403);
        assert.equal(denied.errorCode, 'E0000006');
        const stranger = { ...make().privateKey.export({ format: 'jwk' }), kid: 'k1' };
        await assert.rejects(new okta.Client({ ...configured, privateKey: stranger }).userApi.getUser({ userId: '00ujane' }));
    };
}

(async () => {
    let failed = 0;
    for (const [name, run] of Object.entries(tests)) {
        await control('DELETE', '/_sim/faults');
        await control('PUT', '/_sim/org', {});
        try {
            await run();
            console.log(`ok   ${name}`);
        } catch (error) {
            ++failed;
            console.log(`FAIL ${name}\n${error.stack || error.message}`, error);
        }
    }
    process.exit(failed ? 1 : 0);
})();
