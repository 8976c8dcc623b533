-- The tables that Orleans' ADO.NET providers ask for by the queries in OrleansQuery: members of the cluster, and states of grains.
-- For a database of its own; PostgreSQL 12 or newer. Each query is one statement: it changes all it means to, or nothing.

CREATE TABLE OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);

CREATE TABLE ClusterVersion (DeploymentId text PRIMARY KEY, Version integer NOT NULL DEFAULT 0);

CREATE TABLE ClusterMember (
    DeploymentId text NOT NULL REFERENCES ClusterVersion,
    Address text NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName text NOT NULL,
    HostName text NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer NOT NULL,
    SuspectTimes text,
    StartTime timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation));

CREATE TABLE GrainState (
    ServiceId text NOT NULL,
    StateName text NOT NULL,
    KeyLow bigint NOT NULL,
    KeyHigh bigint NOT NULL,
    KeyText text NOT NULL,
    Version integer NOT NULL,
    Payload bytea,
    ChangedOn timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (ServiceId, StateName, KeyLow, KeyHigh, KeyText));

INSERT INTO OrleansQuery VALUES
('InsertMembershipVersionKey',
 'WITH added AS (INSERT INTO ClusterVersion (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
  SELECT count(*)::integer FROM added'),

('InsertMembershipKey',
 'WITH counted AS (
      UPDATE ClusterVersion SET Version = Version + 1 WHERE DeploymentId = @DeploymentId AND Version = @Version
      AND NOT EXISTS (SELECT 1 FROM ClusterMember m WHERE m.DeploymentId = @DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation)
      RETURNING DeploymentId),
  added AS (
      INSERT INTO ClusterMember (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
      SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM counted RETURNING 1)
  SELECT count(*)::integer FROM added'),

('UpdateMembershipKey',
 'WITH counted AS (
      UPDATE ClusterVersion SET Version = Version + 1 WHERE DeploymentId = @DeploymentId AND Version = @Version
      AND EXISTS (SELECT 1 FROM ClusterMember m WHERE m.DeploymentId = @DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation)
      RETURNING DeploymentId),
  changed AS (
      UPDATE ClusterMember m SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime FROM counted
      WHERE m.DeploymentId = counted.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation RETURNING 1)
  SELECT count(*)::integer FROM changed'),

('UpdateIAmAlivetimeKey',
 'UPDATE ClusterMember SET IAmAliveTime = @IAmAliveTime WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation'),

('MembershipReadRowKey',
 'SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
  FROM ClusterVersion v LEFT JOIN ClusterMember m ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
  WHERE v.DeploymentId = @DeploymentId'),

('MembershipReadAllKey',
 'SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
  FROM ClusterVersion v LEFT JOIN ClusterMember m USING (DeploymentId) WHERE v.DeploymentId = @DeploymentId'),

('GatewaysQueryKey',
 'SELECT Address, ProxyPort, Generation FROM ClusterMember WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0'),

('DeleteMembershipTableEntriesKey',
 'WITH members AS (DELETE FROM ClusterMember WHERE DeploymentId = @DeploymentId) DELETE FROM ClusterVersion WHERE DeploymentId = @DeploymentId'),

-- 3: active.
('CleanupDefunctSiloEntriesKey',
 'DELETE FROM ClusterMember WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3'),

('ReadFromStorageKey',
 'SELECT Payload AS PayloadBinary, Version FROM GrainState WHERE ServiceId = @ServiceId AND StateName = @GrainTypeString
  AND KeyLow = @GrainIdN0 AND KeyHigh = @GrainIdN1 AND KeyText = coalesce(@GrainIdExtensionString::text, '''')'),

('WriteToStorageKey',
 'WITH changed AS (
      UPDATE GrainState SET Payload = @PayloadBinary, Version = Version + 1, ChangedOn = now() WHERE ServiceId = @ServiceId AND StateName = @GrainTypeString
      AND KeyLow = @GrainIdN0 AND KeyHigh = @GrainIdN1 AND KeyText = coalesce(@GrainIdExtensionString::text, '''') AND Version = @GrainStateVersion::integer RETURNING Version),
  added AS (
      INSERT INTO GrainState (ServiceId, StateName, KeyLow, KeyHigh, KeyText, Version, Payload)
      SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString::text, ''''), 1, @PayloadBinary WHERE @GrainStateVersion::integer IS NULL
      ON CONFLICT DO NOTHING RETURNING Version)
  SELECT Version AS NewGrainStateVersion FROM changed UNION ALL SELECT Version FROM added'),

('ClearStorageKey',
 'UPDATE GrainState SET Payload = NULL, Version = Version + 1, ChangedOn = now() WHERE ServiceId = @ServiceId AND StateName = @GrainTypeString
  AND KeyLow = @GrainIdN0 AND KeyHigh = @GrainIdN1 AND KeyText = coalesce(@GrainIdExtensionString::text, '''') AND Version = @GrainStateVersion::integer
  RETURNING Version AS NewGrainStateVersion'),

('DeleteStorageKey',
 'DELETE FROM GrainState WHERE ServiceId = @ServiceId AND StateName = @GrainTypeString
  AND KeyLow = @GrainIdN0 AND KeyHigh = @GrainIdN1 AND KeyText = coalesce(@GrainIdExtensionString::text, '''') AND Version = @GrainStateVersion::integer
  RETURNING Version + 1 AS NewGrainStateVersion');
