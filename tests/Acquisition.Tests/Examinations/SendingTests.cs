using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>Which acts make a bundle, and of what: a function of the tape alone.</summary>
public sealed class SendingTests
{
    private const string Step = "ankle.dp.right";
    private static readonly Act.Patient Other = new("urn:oid:2.999.1.1", "P-2", "male", null, null, null, null, null);

    [Fact]
    public void Send_now_makes_a_partial_bundle_and_the_end_a_preliminary_one()
    {
        HandTape tape = Measured();
        tape.Accept("arm.right");
        Assert.Empty(tape.Fold.Acceptance.Sendings);
        tape.Do(new Act.Send());
        AssertSends(tape, (1, ReportStatus.Partial));
        tape.Accept("arm.left");
        Assert.Empty(tape.Fold.Acceptance.Sendings);
        tape.Do(new Act.End());
        AssertSends(tape, (1, ReportStatus.Preliminary));
        AssertReplays(tape);
    }

    [Fact]
    public void Send_now_is_refused_while_nothing_is_accepted_and_when_nothing_has_changed()
    {
        HandTape tape = Measured();
        Assert.Contains("nothing is accepted", tape.Refusal(new Act.Send()), StringComparison.Ordinal);
        int accept = tape.Accept("arm.right");
        tape.Do(new Act.Undo(accept));
        Assert.Contains("nothing is accepted", tape.Refusal(new Act.Send()), StringComparison.Ordinal);
        tape.Accept("arm.left");
        tape.Do(new Act.Send());
        Assert.Contains("nothing has changed", tape.Refusal(new Act.Send()), StringComparison.Ordinal);
        tape.Do(new Act.Comment("the same"));
        Assert.Contains("nothing has changed", tape.Refusal(new Act.Send()), StringComparison.Ordinal);
        tape.Accept(Step);
        Assert.Null(tape.Refusal(new Act.Send()));
    }

    [Fact]
    public void An_undo_before_sending_makes_no_bundle_and_after_it_one_at_once_and_so_does_its_undo()
    {
        HandTape tape = Measured();
        int before = tape.Accept("arm.left");
        tape.Do(new Act.Undo(before));
        Assert.Empty(tape.Fold.Acceptance.Sendings);
        int accept = tape.Accept("arm.right");
        tape.Do(new Act.Send());
        int undo = tape.Do(new Act.Undo(accept));
        AssertSends(tape, (1, ReportStatus.Partial));
        tape.Do(new Act.Undo(undo));
        AssertSends(tape, (1, ReportStatus.Partial));
        Assert.True(tape.Fold.IsAccepted(tape.Finding("arm.right")!));
        AssertReplays(tape);
    }

    [Fact]
    public void A_repeat_after_sending_waits_for_the_attempt_that_takes_its_place()
    {
        HandTape tape = Sent();
        Guid first = tape.Finding(Step)!.Id;
        tape.Do(new Act.Repeat(Step));
        Assert.Contains(tape.Fold.Acceptance.Withdrawn, f => f.Id == first);
        Assert.Empty(tape.Fold.Acceptance.Sendings);
        tape.At(100).AnkleRun(18);
        Assert.NotEqual(first, tape.Finding(Step)!.Id);
        Assert.Empty(tape.Fold.Acceptance.Sendings);
        tape.Accept(Step);
        AssertSends(tape, (1, ReportStatus.Partial));
        tape.Accept(ProtocolStep.Derived);
        AssertSends(tape, (1, ReportStatus.Partial));
        AssertReplays(tape);
    }

    [Fact]
    public void A_repeat_that_was_not_taken_again_is_said_by_the_next_bundle()
    {
        HandTape tape = Sent();
        int accepted = tape.Fold.Acts.All.Last(a => a.Act is Act.Accept).Number;
        tape.Do(new Act.Repeat(Step));
        Assert.Null(tape.Refusal(new Act.Send()));
        tape.Do(new Act.Undo(tape.Fold.Acts.AcceptOf(Identifiers.Finding(HandTape.Id, 1, Step, 1, "ankle-sys-dp", HandTape.Ankle))!.Number));
        AssertSends(tape, (1, ReportStatus.Partial));
        Assert.True(tape.Fold.Acts.Stands(accepted));
    }

    [Fact]
    public void The_choice_of_the_higher_arm_rests_on_the_lower_one_too()
    {
        HandTape tape = Measured();
        int lower = tape.Accept("arm.right");
        tape.Accept("arm.left");
        tape.Accept(Step);
        tape.Accept(ProtocolStep.Derived);
        Finding[] indices = [.. tape.Fold.Findings.Where(f => f.Step == ProtocolStep.Derived)];
        Guid[] arms = [tape.Finding("arm.right")!.Id, tape.Finding("arm.left")!.Id];
        Assert.All(indices, f => Assert.Superset(arms.ToHashSet(), f.Inputs.ToHashSet()));
        Assert.Contains(indices, f => f is { Measure: "abi-dp", Printed: "0.89" });
        tape.Do(new Act.Undo(lower));
        Assert.DoesNotContain(tape.Fold.Findings, f => f.Step == ProtocolStep.Derived && tape.Fold.IsAccepted(f));
        Assert.Contains(tape.Fold.Findings, f => f is { Measure: "abi-dp", Printed: "0.89" });
        tape.Do(new Act.Undo(tape.Fold.Acts.All[^1].Number));
        Assert.All(tape.Fold.Findings, f => Assert.True(tape.Fold.IsAccepted(f), f.Name));
        Assert.Contains(tape.Fold.Findings, f => f is { Measure: "abi-dp", Printed: "0.89", Version: 3 });
        AssertReplays(tape);
    }

    [Fact]
    public void Another_patient_before_anything_was_sent_takes_the_findings_along_and_makes_no_bundle()
    {
        HandTape tape = Measured();
        tape.Accept("arm.right");
        tape.Accept("arm.left");
        tape.Accept(Step);
        tape.Accept(ProtocolStep.Derived);
        Finding[] before = [.. tape.Fold.Findings];
        tape.Do(Other);
        Assert.Empty(tape.Fold.Acceptance.Sendings);
        Assert.Equal(2, tape.Fold.Acts.Binding);
        Assert.Equal(before.Select(f => "2" + f.Name[1..]), tape.Fold.Findings.Select(f => f.Name));
        foreach ((Finding old, Finding now) in before.Zip(tape.Fold.Findings))
        {
            Assert.NotEqual(old.Id, now.Id);
            Assert.Equal((1, old.Printed, old.Value, old.Attempt), (now.Version, now.Printed, now.Value, now.Attempt));
            Assert.Equal(Identifiers.Finding(HandTape.Id, 2, now.Step, now.Attempt, now.Measure, now.Site), now.Id);
            Assert.True(tape.Fold.IsAccepted(now), now.Name);
        }

        Assert.Equal(HandTape.Person, tape.Fold.Acts.Accepted[new AcceptedVersion(tape.Fold.Findings[0].Id, 1)].User);
        Assert.Equal(before.Length, tape.Fold.Acceptance.Withdrawn.Count);
        AssertReplays(tape);
    }

    [Fact]
    public void Another_patient_after_sending_makes_two_bundles_and_the_findings_go_on()
    {
        HandTape tape = Sent();
        tape.Do(Other);
        AssertSends(tape, (1, ReportStatus.EnteredInError), (2, ReportStatus.Partial));
        Assert.Contains("already", tape.Refusal(Other), StringComparison.Ordinal);
        int undone = tape.Fold.Acts.All.First(a => a.Act is Act.Accept).Number;
        tape.Do(new Act.Undo(undone), "supervisor");
        AssertSends(tape, (2, ReportStatus.Partial));
        tape.Do(new Act.Repeat(Step));
        tape.At(200).AnkleRun(18);
        Assert.Equal("2/ankle.dp.right/2/ankle-sys-dp/R.DP", tape.Finding(Step)!.Name);
        tape.Do(Other with { Value = "P-3" });
        AssertSends(tape, (2, ReportStatus.EnteredInError), (3, ReportStatus.Partial));
        AssertReplays(tape);
    }

    [Fact]
    public void A_step_that_runs_while_the_patient_is_corrected_is_the_right_patients()
    {
        HandTape tape = HandTape.Begun().At(10);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Step));
        tape.Pressures(10.2, 18, t => 140 - (2 * (t - 10)));
        tape.Do(Other);
        tape.Do(new Act.Mark(Sound.Returned, tape.NowNs, 0));
        tape.Pressures(18.2, 30, t => 140 - (2 * (t - 10)));
        tape.Do(new Act.Stop(Step));
        Assert.Equal(("2/ankle.dp.right/1/ankle-sys-dp/R.DP", 124.0), (tape.Finding(Step)!.Name, tape.Finding(Step)!.Value));
        AssertReplays(tape);
    }

    [Fact]
    public void After_the_end_nothing_waits_and_only_corrections_are_done()
    {
        HandTape tape = Measured();
        int accept = tape.Accept("arm.right");
        tape.Do(new Act.End());
        tape.Continue();
        foreach (Act act in (Act[])[new Act.Send(), new Act.Start(Step), new Act.Repeat(Step), new Act.End(), new Act.NotObtainable(Step, "pain"), new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity)])
        {
            Assert.Contains("has ended", tape.Refusal(act), StringComparison.Ordinal);
        }

        int comment = tape.Do(new Act.Comment("called the ward"));
        Assert.Empty(tape.Fold.Acceptance.Sendings);
        tape.Do(new Act.Undo(comment));
        Assert.Empty(tape.Fold.Acceptance.Sendings);
        tape.Continue().Accept("arm.left");
        AssertSends(tape, (1, ReportStatus.Preliminary));
        int undo = tape.Continue().Do(new Act.Undo(accept));
        AssertSends(tape, (1, ReportStatus.Preliminary));
        tape.Do(new Act.Undo(undo));
        AssertSends(tape, (1, ReportStatus.Preliminary));
        tape.Continue().Do(Other);
        AssertSends(tape, (1, ReportStatus.EnteredInError), (2, ReportStatus.Preliminary));
        AssertReplays(tape);
    }

    [Fact]
    public void The_patient_of_an_ended_examination_without_results_is_corrected_too()
    {
        HandTape tape = HandTape.Begun();
        tape.Do(new Act.End());
        tape.Continue().Do(Other);
        AssertSends(tape, (1, ReportStatus.EnteredInError), (2, ReportStatus.Preliminary));
    }

    private static HandTape Measured()
    {
        HandTape tape = HandTape.Begun().At(10);
        tape.Arm("arm.right", "R.ARM", 113);
        tape.Arm("arm.left", "L.ARM", 114);
        return tape.AnkleRun(19);
    }

    private static HandTape Sent()
    {
        HandTape tape = Measured();
        foreach (string step in (string[])["arm.right", "arm.left", Step, ProtocolStep.Derived])
        {
            tape.Accept(step);
        }

        tape.Do(new Act.Send());
        AssertSends(tape, (1, ReportStatus.Partial));
        return tape;
    }

    private static void AssertSends(HandTape tape, params (int Binding, ReportStatus Status)[] expected) =>
        Assert.Equal(expected, tape.Fold.Acceptance.Sendings.Select(s => (s.Binding, s.Status)));

    private static void AssertReplays(HandTape tape)
    {
        ReplayOutcome outcome = HandTape.Replay(tape.Records);
        Assert.Empty(outcome.Differences);
        Assert.Equal(outcome.Findings, outcome.Identical);
        Assert.True(outcome.Findings > 0);
    }
}
