using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>Follows what comes into the archive, and writes it into the record: each study once, late pictures as a new version, what cannot be read set aside.</summary>
/// <remarks>An Orthanc keeps a numbered list of changes: it is read on from the position in the record, which moves only after what it names is in the record. What a change could
/// have missed (an Orthanc killed before it called a study stable, an archive put in place of another) is found by comparing counts each time the archive is reached anew. A plain
/// DICOMweb server is compared each time. Told twice, a study of the same pictures changes nothing.</remarks>
internal sealed class StudyFeed(IAngiograms archive, OrthancRest? orthanc, StudyRecord record, PatientNaming naming, string name, TimeProvider time)
{
    private const int MostPictures = 2000;

    /// <summary>A study at which the archive falls silent so often in a row is at fault, and not the archive.</summary>
    private const int MostSilences = 3;

    private static readonly string[] Modalities = ["XA", "DX", "CR"];
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, int> silences = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> counted = new(StringComparer.Ordinal);
    private bool reached;

    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An embedded archive that has not started yet says why itself.</summary>
    public bool SaysItselfHowItStands { get; init; }

    /// <summary>Follows until cancelled; ends normally then.</summary>
    /// <param name="state">Told after each look null when the archive answered, else why not.</param>
    public async Task RunAsync(Action<string?> state, Action<ArchiveNotice> told, CancellationToken cancel)
    {
        TimeSpan pause = Every;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await LookAsync(told, cancel);
                state(null);
                pause = Every;
            }
            catch (AngiogramException away)
            {
                if (reached || !SaysItselfHowItStands)
                {
                    state(away.Message);
                }

                reached = false;
                pause = orthanc is not null ? Every : Min(2 * pause, LongestPause);
            }
            catch (Exception e) when (e is DbException or DbUpdateException)
            {
                told(new ArchiveNotice("record-failed", true, "a study could not be written into the record; it is tried again: look at record.db and the room on its disk"));
                pause = Min(2 * pause, LongestPause);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One look at what is new.</summary>
    internal async Task LookAsync(Action<ArchiveNotice> told, CancellationToken cancel)
    {
        if (!reached || orthanc is null)
        {
            await CompareAsync(told, cancel);
        }

        if (orthanc is not null)
        {
            await ReadChangesAsync(told, cancel);
        }

        foreach (ArchivedStudy study in await record.BindAgainAsync(naming, Now(), cancel))
        {
            told(new ArchiveNotice("study-bound", false, $"a study is bound now, by its {study.BoundBy}"));
        }

        reached = true;
    }

    private async Task ReadChangesAsync(Action<ArchiveNotice> told, CancellationToken cancel)
    {
        long since = await record.PositionAsync(name, cancel);
        OrthancChanges page;
        do
        {
            page = await orthanc!.ChangesAsync(since, cancel);
            if (page.Last < since)
            {
                // its numbers begin anew: another archive is in its place, and each of its studies is compared with what is known
                since = -1;
                page = await orthanc.ChangesAsync(0, cancel);
            }

            foreach (string id in page.StableStudies.Distinct())
            {
                if (await orthanc.StudyAsync(id, cancel) is { } study)
                {
                    await ReadAsync(study, told, cancel);
                }
            }

            if (page.Last != since)
            {
                await record.MoveAsync(name, page.Last, cancel);
                since = page.Last;
            }
        }
        while (!page.Done);
    }

    /// <summary>Reads every study of which the archive counts another number of instances than the record. One to which instances may still come is left for later.</summary>
    private async Task CompareAsync(Action<ArchiveNotice> told, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, int?> known = await record.CountsAsync(cancel);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string modality in Modalities)
        {
            await foreach (StudyHeader header in archive.StudiesAsync(modality, cancel))
            {
                if (!seen.Add(header.Study) || (header.Instances is not null && known.TryGetValue(header.Study, out int? before) && before == header.Instances))
                {
                    continue;
                }

                if (await IsStableAsync(header, cancel))
                {
                    await ReadAsync(header.Study, told, cancel);
                }
            }
        }

        foreach (string gone in counted.Keys.Where(s => !seen.Contains(s)).ToList())
        {
            counted.Remove(gone);
        }
    }

    /// <summary>An Orthanc knows; of another server the same count twice is taken as the end.</summary>
    private async Task<bool> IsStableAsync(StudyHeader header, CancellationToken cancel)
    {
        if (orthanc is not null)
        {
            return await orthanc.IsStableAsync(header.Study, cancel);
        }

        int count = header.Instances ?? await archive.InstancesAsync(header.Study, cancel).CountAsync(cancel);
        bool same = counted.TryGetValue(header.Study, out int before) && before == count;
        counted[header.Study] = count;
        return same;
    }

    private async Task ReadAsync(string study, Action<ArchiveNotice> told, CancellationToken cancel)
    {
        if (await archive.StudyAsync(study, cancel) is not { } header)
        {
            return;
        }

        try
        {
            List<InstanceHeader> pictures = await PicturesAsync(study, cancel);
            if (pictures.Count > 0 || await record.FindAsync(study, cancel) is not null)
            {
                await TakeAsync(header, pictures, told, cancel);
            }

            silences.Remove(study);
        }
        catch (ArchiveAwayException silent)
        {
            int times = silences[study] = silences.GetValueOrDefault(study) + 1;
            if (times < MostSilences)
            {
                throw;
            }

            await SetAsideAsync(study, $"the archive fell silent at it {times} times: {silent.Message}", told, cancel);
        }
        catch (AngiogramException malformed)
        {
            await SetAsideAsync(study, malformed.Message, told, cancel);
        }
    }

    /// <exception cref="AngiogramException">More than a study of pictures has, or no list.</exception>
    private async Task<List<InstanceHeader>> PicturesAsync(string study, CancellationToken cancel)
    {
        List<InstanceHeader> pictures = [];
        await foreach (InstanceHeader instance in archive.InstancesAsync(study, cancel))
        {
            if (instance.IsPicture)
            {
                pictures.Add(pictures.Count < MostPictures ? instance : throw new AngiogramException($"more than {MostPictures} pictures in one study"));
            }
        }

        return pictures;
    }

    private async Task TakeAsync(StudyHeader header, List<InstanceHeader> pictures, Action<ArchiveNotice> told, CancellationToken cancel)
    {
        List<ReadPicture> read = [];
        foreach (InstanceHeader picture in pictures)
        {
            read.Add(await DescribeAsync(picture, cancel));
        }

        StudyOwner owner = StudyBinding.Of(header, [.. read.Where(p => p.Image is not null).Select(p => p.Words)], await record.KinAsync(header, cancel), naming);
        StudyNews news = await record.TakeAsync(header, read, owner, Now(), cancel);
        if (news != StudyNews.Nothing && await record.FindAsync(header.Study, cancel) is { } study)
        {
            told(Notice(study, read, news));
        }
    }

    private async Task<ReadPicture> DescribeAsync(InstanceHeader picture, CancellationToken cancel)
    {
        try
        {
            return new ReadPicture(picture, await archive.DescribeAsync(picture.Study, picture.Series, picture.Instance, cancel), null);
        }
        catch (AngiogramException malformed) when (malformed is not ArchiveAwayException)
        {
            return new ReadPicture(picture, null, malformed.Message);
        }
    }

    private async Task SetAsideAsync(string study, string reason, Action<ArchiveNotice> told, CancellationToken cancel)
    {
        silences.Remove(study);
        await record.SetAsideAsync(study, reason, Now(), cancel);
        told(new ArchiveNotice("study-set-aside", true, $"a study is set aside ({reason})"));
    }

    private static ArchiveNotice Notice(ArchivedStudy study, List<ReadPicture> read, StudyNews news)
    {
        int good = read.Count(p => p.Image is not null);
        string pictures = $"{good} of {read.Count} pictures readable";
        return study.State == StudyState.SetAside ? new ArchiveNotice("study-set-aside", true, $"a study is set aside ({study.Reason})")
            : new ArchiveNotice(
                news == StudyNews.New ? "study-new" : "study-grown",
                !study.IsBound || good < read.Count,
                $"{(news == StudyNews.New ? "a study came" : $"a study changed, version {study.Version}")}: {pictures}, {(study.IsBound ? "bound" : $"to be bound ({string.Join("; ", StudyDoubtWords.Of(study.Doubts & StudyDoubtWords.Open))})")}");
    }

    private long Now() => UtcNs.Of(time.GetUtcNow());

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
