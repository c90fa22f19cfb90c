using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Records;

public sealed class ExaminationRecordTests
{
    private static readonly Finding Arm = SeedSession.Findings().Single(f => f is { Measure: "brachial-sys", Site.Side: Side.Right });
    private static readonly Finding Toe = SeedSession.Findings().Single(f => f.Measure == "toe-sys");
    private static readonly Finding Tbi = SeedSession.Findings().Single(f => f.Measure == "tbi");

    [Fact]
    public async Task Accepting_the_same_act_twice_equals_once()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        Assert.True(await record.AcceptAsync(7, Arm, Toe));
        int audited = (await AuditAsync(record)).Count;
        Assert.False(await record.AcceptAsync(7, Arm, Toe));
        Assert.Equal(audited, (await AuditAsync(record)).Count);
        Assert.Equal([(Arm.Id, false), (Toe.Id, false)], await AcceptedAsync(record));
    }

    [Fact]
    public async Task Findings_come_back_in_the_order_in_which_they_were_accepted()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(9, Toe, Tbi);
        await record.AcceptAsync(7, Arm);
        Assert.Equal([Arm.Id, Toe.Id, Tbi.Id], (await AcceptedAsync(record)).Select(f => f.Id));
    }

    [Fact]
    public async Task An_act_number_used_for_something_else_is_refused_and_changes_nothing()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(7, Arm);
        await Assert.ThrowsAsync<InvalidOperationException>(() => record.AcceptAsync(7, Toe));
        Assert.Equal([(Arm.Id, false)], await AcceptedAsync(record));
    }

    [Fact]
    public async Task A_finding_and_its_audit_entry_are_one_transaction()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        Acceptance half = new(SeedSession.Examination, 7, "repeat", "technician", 1, [Arm], [Toe.Id]); // the toe was never accepted
        await Assert.ThrowsAsync<InvalidOperationException>(() => record.Examinations.CommitAcceptanceAsync(half, default));
        Assert.Empty(await AcceptedAsync(record));
        Assert.DoesNotContain(await AuditAsync(record), a => a.ActNumber == 7);
    }

    [Fact]
    public async Task An_examination_that_is_not_here_is_refused()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        Acceptance foreign = new(Guid.Empty, 1, "accept", "technician", 1, [Arm], []);
        await Assert.ThrowsAsync<InvalidOperationException>(() => record.Examinations.CommitAcceptanceAsync(foreign, default));
    }

    [Fact]
    public async Task Undone_before_it_was_sent_leaves_only_audit()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Arm, Toe, Tbi);
        await record.WithdrawAsync(2, Toe.Id);
        Assert.Equal([(Arm.Id, false)], await AcceptedAsync(record)); // the index that rested on it goes with it
        Assert.Equal(["open", "accept", "undo"], (await AuditAsync(record)).Select(a => a.Action));
        await record.AcceptAsync(3, Toe);
        Assert.Equal(1, (await record.Examinations.AcceptedFindingsAsync(SeedSession.Examination, default)).Single(f => f.Finding.Id == Toe.Id).Finding.Version);
    }

    [Fact]
    public async Task Withdrawn_after_it_was_sent_is_a_new_version_and_takes_its_index_with_it()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Arm, Toe, Tbi);
        await record.SendAsync(1, "ehr-bridge");
        await record.WithdrawAsync(2, Toe.Id);
        IReadOnlyList<RecordedFinding> now = await record.Examinations.AcceptedFindingsAsync(SeedSession.Examination, default);
        Assert.Equal([(Arm.Id, 1, false), (Toe.Id, 2, true), (Tbi.Id, 2, true)], now.Select(f => (f.Finding.Id, f.Finding.Version, f.Withdrawn)));
        Assert.Equal(2, await record.Examinations.NextResultVersionAsync(SeedSession.Examination, default));
        await record.SendAsync(2, "ehr-bridge");
        await record.AcceptAsync(3, Toe);
        now = await record.Examinations.AcceptedFindingsAsync(SeedSession.Examination, default);
        Assert.Equal((3, false), now.Where(f => f.Finding.Id == Toe.Id).Select(f => (f.Finding.Version, f.Withdrawn)).Single());
    }

    [Fact]
    public async Task A_version_rises_only_when_the_finding_changed_after_it_was_sent()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Arm);
        await record.SendAsync(1);
        await record.AcceptAsync(2, Arm);
        Assert.Equal(1, (await record.Examinations.AcceptedFindingsAsync(SeedSession.Examination, default)).Single().Finding.Version);
        await record.AcceptAsync(3, Arm with { Value = 116 });
        Assert.Equal(2, (await record.Examinations.AcceptedFindingsAsync(SeedSession.Examination, default)).Single().Finding.Version);
    }

    [Fact]
    public async Task What_is_not_accepted_is_never_sent()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Arm);
        SessionReport more = SeedSession.Report(SeedSession.Reported(Arm), SeedSession.Reported(Toe));
        await Assert.ThrowsAsync<InvalidOperationException>(() => record.Outbox.CommitSendAsync([more], [], "technician", 1, default));
        SessionReport otherVersion = SeedSession.Report(SeedSession.Reported(Arm with { Version = 2 }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => record.Outbox.CommitSendAsync([otherVersion], [], "technician", 1, default));
        Assert.Empty(await record.Outbox.OwedAsync(default));
    }

    [Fact]
    public async Task Sending_the_same_version_twice_is_one_row_and_numbers_rise_by_one()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Arm);
        OutboxStatus first = await record.SendAsync(1, "ehr-bridge", "records", "records");
        OutboxStatus again = await record.SendAsync(1, "someone-else");
        Assert.Equal((1, first.MessageId), (again.Sequence, again.MessageId));
        Assert.Equal(["ehr-bridge", "records"], again.Consumers.Select(c => c.Consumer).Order());
        Assert.Equal(2, (await record.SendAsync(2)).Sequence);
        Assert.Equal([1L, 2L], await record.Outbox.OwedAsync(default));
        Assert.Equal(2, (await AuditAsync(record)).Count(a => a.Action == "send"));
    }

    [Fact]
    public async Task Two_reports_of_one_sending_are_both_committed_or_neither()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Arm);
        SessionReport good = await record.ReportAsync(1);
        SessionReport bad = (await record.ReportAsync(2)) with { Findings = [SeedSession.Reported(Toe)] };
        await Assert.ThrowsAsync<InvalidOperationException>(() => record.Outbox.CommitSendAsync([good, bad], ["a"], "technician", 1, default));
        Assert.Empty(await record.Outbox.StatusAsync(SeedSession.Examination, default));
        Assert.Equal(1, (await record.SendAsync(1)).Sequence); // the number was not used up
    }

    [Fact]
    public async Task A_row_holds_topic_envelope_and_bytes_exactly_as_they_go_out()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Arm);
        SessionReport report = await record.ReportAsync(1);
        await record.SendAsync(1, "ehr-bridge");
        OutboxRow row = await record.Outbox.RowAsync(1, default);
        Assert.Equal("vascular/v1/lab-a/bedside-box-01/result/session", row.Topic);
        Assert.Equal("application/fhir+json", row.ContentType);
        Assert.Equal(SessionBundle.Bytes(report), row.Body);
        Assert.Equal(
            [
                ("specversion", "1.0"), ("id", report.MessageId.ToString()), ("source", "//lab-a/bedside-box-01"), ("type", "vascular.result.session.v1"),
                ("time", "2017-09-30T14:56:00.000+02:00"), ("subject", SeedSession.Examination.ToString()), ("sequence", "00000000000000000001"), ("resultversion", "1"),
            ],
            SessionEnvelope.ReadProperties(row.Properties));
    }

    [Fact]
    public async Task The_end_and_the_newest_seal_are_kept_and_an_older_seal_is_not()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        Assert.True(await record.Examinations.EndAsync(SeedSession.Examination, 20, "technician", 55, default));
        Assert.False(await record.Examinations.EndAsync(SeedSession.Examination, 20, "technician", 55, default));
        await record.Examinations.KeepSealAsync(SeedSession.Examination, 2, new byte[] { 2 }, default);
        await record.Examinations.KeepSealAsync(SeedSession.Examination, 1, new byte[] { 1 }, default);
        Examination? examination = await record.Examinations.ExaminationAsync(SeedSession.Examination, default);
        Assert.Equal((55L, 2L), (examination!.EndedUtcNs!.Value, examination.SealedSegment));
        Assert.Equal([2], examination.Seal);
        Assert.False(await record.Examinations.OpenAsync(TemporaryRecord.Opening, "technician", default));
    }

    [Fact]
    public async Task Writers_at_the_same_time_wait_for_each_other()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        bool[] done = await Task.WhenAll(Enumerable.Range(1, 20).Select(act => Task.Run(() => record.AcceptAsync(act, Arm with { Id = Identifiers.Version5(Guid.Empty, $"{act}") }))));
        Assert.All(done, Assert.True);
        Assert.Equal(20, (await AcceptedAsync(record)).Count);
    }

    private static async Task<IReadOnlyList<(Guid Id, bool Withdrawn)>> AcceptedAsync(TemporaryRecord record) =>
        [.. (await record.Examinations.AcceptedFindingsAsync(SeedSession.Examination, default)).Select(f => (f.Finding.Id, f.Withdrawn))];

    private static Task<IReadOnlyList<AuditEntry>> AuditAsync(TemporaryRecord record) => record.Examinations.AuditAsync(SeedSession.Examination, default);
}
