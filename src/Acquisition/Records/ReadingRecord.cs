using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Capture;
using Vascular.Processing.Angiography;
using Vascular.Processing.Staging;

namespace Vascular.Acquisition.Records;

/// <summary>What readers said of frames, and the analyses people kept. Each call is one transaction; what is entered is on the disk when it returns.</summary>
/// <remarks>Double reading: who has not scored a leg himself is told of nobody's score of it. The rule is here, not on the screen.</remarks>
public sealed class ReadingRecord(RecordDatabase database, TimeProvider time)
{
    private const int LongestName = 64;
    private const int LongestWords = 500;

    /// <summary>Enters a score. False: that entry was there already, nothing changed.</summary>
    /// <exception cref="FormatException">Side, name, frame or words are none, or the picture shows the other leg; says which.</exception>
    public async Task<bool> ScoreAsync(Guid entry, FrameReference frame, string side, ReaderScore score, string reader, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(score);
        string name = Named(reader);
        if (side is not ("R" or "L"))
        {
            throw new FormatException("say which leg: R or L");
        }

        if (!ReaderScore.ScalesOn(frame.Modality).Contains(score.Scale))
        {
            throw new FormatException($"{score.ScaleName} is not read on an image of modality {frame.Modality ?? "not said"}: SAD on XA, MAC on DX or CR");
        }

        if (frame.Frame < 1 || score.Words.Length > LongestWords)
        {
            throw new FormatException(frame.Frame < 1 ? "frames count from 1" : $"write at most {LongestWords} characters beside the score");
        }

        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        if (await context.FrameScores.AnyAsync(s => s.Entry == entry, cancel))
        {
            return false;
        }

        // as it is bound, else as it says: a slip of a key is no other leg
        string? shown = await context.ArchivedPictures.AsNoTracking().Where(p => p.Study == frame.Study && p.Instance == frame.Instance).Select(p => p.Side).FirstOrDefaultAsync(cancel) ?? frame.Side;
        if (shown is not null && shown != side)
        {
            throw new FormatException($"the picture shows the {(shown == "R" ? "right" : "left")} leg: score that one, or say whose leg it is with 'acquisition studies bind'");
        }

        List<FrameScore> same = await context.FrameScores.AsNoTracking().Where(s => s.Study == frame.Study && s.Scale == score.ScaleName && s.Side == side).ToListAsync(cancel);
        bool wasShown = same.Any(s => IsOf(s, name)) && same.Any(s => !IsOf(s, name));
        long now = UtcNs.Of(time.GetUtcNow());
        context.FrameScores.Add(new FrameScore
        {
            Entry = entry, Study = frame.Study, Instance = frame.Instance, Frame = frame.Frame, Side = side, Scale = score.ScaleName, Score = score.Score,
            Words = score.Words, Reader = name, AtUtcNs = now, Blind = !wasShown,
        });
        context.StudyEvents.Add(new StudyEvent
        {
            Study = frame.Study, AtUtcNs = now, User = name, What = "scored",
            Detail = Text(new JsonObject
            {
                ["entry"] = entry.ToString("D"), ["instance"] = frame.Instance, ["frame"] = frame.Frame, ["side"] = side, ["scale"] = score.ScaleName, ["score"] = score.Score, ["blind"] = !wasShown,
            }),
        });
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>The scores of a study that a reader may see: his own, and of others those of a leg and scale he has scored himself. Showing others' is audited, once for each.</summary>
    public async Task<ShownScores> ShowAsync(string study, string reader, CancellationToken cancel)
    {
        string name = Named(reader);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        List<FrameScore> all = await context.FrameScores.AsNoTracking().Where(s => s.Study == study).OrderBy(s => s.Id).ToListAsync(cancel);
        HashSet<(string, string)> own = [.. all.Where(s => IsOf(s, name)).Select(s => (s.Scale, s.Side))];
        FrameScore[] shown = [.. all.Where(s => own.Contains((s.Scale, s.Side)))];
        FrameScore[] hidden = [.. all.Where(s => !own.Contains((s.Scale, s.Side)))];
        FrameScore[] others = [.. shown.Where(s => !IsOf(s, name))];
        string detail = Text(new JsonObject { ["entries"] = new JsonArray([.. others.Select(s => (JsonNode)s.Entry.ToString("D"))]) });
        if (others.Length > 0 && !await context.StudyEvents.AnyAsync(a => a.Study == study && a.User == name && a.What == "scores_shown" && a.Detail == detail, cancel))
        {
            context.StudyEvents.Add(new StudyEvent { Study = study, AtUtcNs = UtcNs.Of(time.GetUtcNow()), User = name, What = "scores_shown", Detail = detail });
            await context.SaveChangesAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
        return new(shown, [.. hidden.GroupBy(s => (s.Scale, s.Side)).Select(g => new HiddenScores(g.Key.Scale, g.Key.Side, g.Select(s => Identity(s.Reader)).Distinct().Count()))]);
    }

    /// <summary>For agreement: the last blind score of each reader of each leg on each scale.</summary>
    public async Task<IReadOnlyList<FrameScore>> BlindAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        List<FrameScore> all = await context.FrameScores.AsNoTracking().Where(s => s.Blind).OrderBy(s => s.Id).ToListAsync(cancel);
        return [.. all.GroupBy(s => (s.Study, s.Side, s.Scale, Identity(s.Reader))).Select(g => g.Last())];
    }

    /// <summary>Keeps an analysis. False: that entry was there already.</summary>
    public async Task<bool> KeepAsync(KeptAnalysis analysis, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        if (await context.KeptAnalyses.AnyAsync(a => a.Entry == analysis.Entry, cancel))
        {
            return false;
        }

        context.KeptAnalyses.Add(analysis);
        context.StudyEvents.Add(new StudyEvent
        {
            Study = analysis.Study, AtUtcNs = analysis.AtUtcNs, User = analysis.User, What = "analysis_kept",
            Detail = Text(new JsonObject { ["entry"] = analysis.Entry.ToString("D"), ["instance"] = analysis.Instance, ["method"] = analysis.Method, ["method_version"] = analysis.MethodVersion, ["sha256"] = CanonicalJson.Sha256(Encoding.UTF8.GetBytes(analysis.Json)) }),
        });
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>What a person says of two runs where their headers are silent, or takes back: it decides whether their figures are shown side by side.</summary>
    /// <param name="study">Study of the later run.</param>
    /// <exception cref="FormatException">Nobody is named.</exception>
    public async Task StateAsync(string study, string before, string after, MatchCriterion criterion, bool isSame, string reader, CancellationToken cancel)
    {
        string name = Named(reader);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        context.StudyEvents.Add(new StudyEvent
        {
            Study = study, AtUtcNs = UtcNs.Of(time.GetUtcNow()), User = name, What = isSame ? "comparison_stated" : "comparison_taken_back",
            Detail = Text(new JsonObject { ["before"] = before, ["after"] = after, ["criterion"] = criterion.Word() }),
        });
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Every kept analysis, in the order they were kept; of one study where it is named.</summary>
    public async Task<IReadOnlyList<KeptAnalysis>> KeptAsync(string? study, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.KeptAnalyses.AsNoTracking().Where(a => study == null || a.Study == study).OrderBy(a => a.Id).ToListAsync(cancel);
    }

    /// <summary>A name as it is stored.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static string Named(string? reader) => reader?.Trim() is { Length: > 0 and <= LongestName } name && !name.Any(char.IsControl)
        ? name
        : throw new FormatException($"say who reads, in at most {LongestName} characters");

    /// <summary>Two spellings of one name are one reader.</summary>
    public static string Identity(string reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return string.Join(' ', reader.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
    }

    private static bool IsOf(FrameScore score, string reader) => Identity(score.Reader) == Identity(reader);

    private static string Text(JsonObject json) => Encoding.UTF8.GetString(CanonicalJson.Write(json));
}

/// <summary>What a score was read on.</summary>
/// <param name="Study">Study Instance UID.</param>
/// <param name="Instance">SOP Instance UID.</param>
/// <param name="Modality">XA, DX, CR: which scales are read on it.</param>
/// <param name="Frame">From 1.</param>
public sealed record FrameReference(string Study, string Instance, string? Modality, int Frame)
{
    /// <summary>R or L as the picture says it; null where it says none.</summary>
    public string? Side { get; init; }
}

/// <summary>Scores of a study as one reader may see them.</summary>
/// <param name="Scores">His own, and others' of what he has scored; in the order they were entered.</param>
/// <param name="Hidden">What others have scored and he has not.</param>
public sealed record ShownScores(IReadOnlyList<FrameScore> Scores, IReadOnlyList<HiddenScores> Hidden);

/// <summary>Others have scored this; what they said is shown to who has scored it himself.</summary>
public sealed record HiddenScores(string Scale, string Side, int Readers);
