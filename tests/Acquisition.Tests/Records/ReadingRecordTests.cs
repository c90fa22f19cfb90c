using Vascular.Acquisition.Records;
using Vascular.Processing.Staging;

namespace Vascular.Acquisition.Tests.Records;

/// <summary>Scores of readers: durable, never changed, and hidden from who has not read.</summary>
public sealed class ReadingRecordTests : IAsyncLifetime
{
    private static readonly FrameReference Run = new("2.25.1", "2.25.11", "XA", 17);
    private static readonly FrameReference Film = new("2.25.1", "2.25.12", "DX", 1);
    private TemporaryRecord temporary = null!;
    private ReadingRecord record = null!;

    public async Task InitializeAsync()
    {
        temporary = await TemporaryRecord.OpenAsync();
        record = new ReadingRecord(temporary.Database, TimeProvider.System);
    }

    public async Task DisposeAsync() => await temporary.DisposeAsync();

    [Fact]
    public async Task A_second_reader_learns_the_first_ones_score_when_he_has_entered_his_own()
    {
        await EnterAsync(Run, "R", ScoreScale.SmallArteryDisease, 1, "A. First");
        ShownScores before = await record.ShowAsync("2.25.1", "B. Second", default);
        Assert.Empty(before.Scores);
        Assert.Equal([new HiddenScores("sad_0_2", "R", 1)], before.Hidden);

        // the other leg and another scale open nothing
        await EnterAsync(Run, "L", ScoreScale.SmallArteryDisease, 0, "B. Second");
        await EnterAsync(Film, "R", ScoreScale.CalcificationFerraresi, 2, "B. Second");
        Assert.DoesNotContain((await record.ShowAsync("2.25.1", "B. Second", default)).Scores, s => s.Reader == "A. First");

        await EnterAsync(Run, "R", ScoreScale.SmallArteryDisease, 2, "B. Second");
        Assert.Equal([1, 2], (await record.ShowAsync("2.25.1", "b.  second ", default)).Scores.Where(s => s is { Side: "R", Scale: "sad_0_2" }).Select(s => s.Score));
    }

    [Fact]
    public async Task What_is_entered_after_seeing_anothers_is_kept_and_not_counted_as_blind()
    {
        await EnterAsync(Run, "R", ScoreScale.SmallArteryDisease, 1, "A. First");
        await EnterAsync(Run, "R", ScoreScale.SmallArteryDisease, 0, "A. First");
        await EnterAsync(Run, "R", ScoreScale.SmallArteryDisease, 2, "B. Second");
        await EnterAsync(Run, "R", ScoreScale.SmallArteryDisease, 0, "B. Second");
        Assert.Equal(4, (await record.ShowAsync("2.25.1", "A. First", default)).Scores.Count);
        Assert.Equal([("A. First", 0), ("B. Second", 2)], (await record.BlindAsync(default)).Select(s => (s.Reader, s.Score)));
    }

    [Fact]
    public async Task An_entry_sent_twice_is_one_and_every_entry_and_showing_is_in_the_studys_trail()
    {
        var entry = Guid.CreateVersion7();
        var score = new ReaderScore(ScoreScale.SmallArteryDisease, 1, "arch narrow");
        Assert.True(await record.ScoreAsync(entry, Run, "R", score, "A. First", default));
        Assert.False(await record.ScoreAsync(entry, Run, "R", score, "A. First", default));
        await EnterAsync(Run, "R", ScoreScale.SmallArteryDisease, 2, "B. Second");
        await record.ShowAsync("2.25.1", "B. Second", default);
        await record.ShowAsync("2.25.1", "B. Second", default);

        // opened anew, as after a restart
        RecordDatabase anew = await RecordDatabase.OpenAsync(temporary.File, default);
        var again = new StudyRecord(anew);
        Assert.Equal([("scored", "A. First"), ("scored", "B. Second"), ("scores_shown", "B. Second")], (await again.EventsAsync("2.25.1", default)).Select(e => (e.What, e.User)));
        FrameScore kept = (await new ReadingRecord(anew, TimeProvider.System).BlindAsync(default))[0];
        Assert.Equal(("2.25.11", 17, "R", "sad_0_2", 1, "arch narrow"), (kept.Instance, kept.Frame, kept.Side, kept.Scale, kept.Score, kept.Words));
    }

    [Theory]
    [InlineData("", "R", "who reads")]
    [InlineData("A. First", "", "which leg")]
    [InlineData("A. First", "B", "which leg")]
    public async Task A_score_without_reader_or_leg_is_refused(string reader, string side, string words)
    {
        FormatException refused = await Assert.ThrowsAsync<FormatException>(() => EnterAsync(Run, side, ScoreScale.SmallArteryDisease, 1, reader));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calcification_is_read_on_films_and_small_artery_disease_on_angiograms()
    {
        await Assert.ThrowsAsync<FormatException>(() => EnterAsync(Film, "R", ScoreScale.SmallArteryDisease, 1, "A. First"));
        await Assert.ThrowsAsync<FormatException>(() => EnterAsync(Run, "R", ScoreScale.CalcificationPedal, 1, "A. First"));
        await Assert.ThrowsAsync<FormatException>(() => EnterAsync(Run with { Modality = null }, "R", ScoreScale.SmallArteryDisease, 1, "A. First"));
        Assert.Empty(await record.BlindAsync(default));
    }

    [Fact]
    public async Task A_score_for_the_leg_that_is_not_shown_is_refused()
    {
        FormatException refused = await Assert.ThrowsAsync<FormatException>(() => EnterAsync(Run with { Side = "R" }, "L", ScoreScale.SmallArteryDisease, 1, "A. First"));
        Assert.Contains("right leg", refused.Message, StringComparison.Ordinal);
        Assert.True(await EnterAsync(Run with { Side = "R" }, "R", ScoreScale.SmallArteryDisease, 1, "A. First"));

        // whom it was bound to counts more than what it says
        await using (RecordContext context = temporary.Database.Context())
        {
            context.ArchivedStudies.Add(new ArchivedStudy { Study = Run.Study, Pictures = "", State = StudyState.Readable, ArrivedUtcNs = 1, ReadUtcNs = 1, Doubts = StudyDoubts.SideOverruled });
            context.ArchivedPictures.Add(new ArchivedPicture { Study = Run.Study, Series = "2.25.10", Instance = Run.Instance, Modality = "XA", SaidSide = "R", Side = "L", SinceVersion = 1 });
            await context.SaveChangesAsync();
        }

        await Assert.ThrowsAsync<FormatException>(() => EnterAsync(Run with { Side = "R" }, "R", ScoreScale.SmallArteryDisease, 1, "A. First"));
        Assert.True(await EnterAsync(Run with { Side = "R" }, "L", ScoreScale.SmallArteryDisease, 1, "A. First"));
    }

    private Task<bool> EnterAsync(FrameReference frame, string side, ScoreScale scale, int score, string reader) =>
        record.ScoreAsync(Guid.CreateVersion7(), frame, side, new ReaderScore(scale, score, ""), reader, default);
}
