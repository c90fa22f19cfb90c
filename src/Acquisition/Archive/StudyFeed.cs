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

    /// <summary>A list or a picture at which the archive falls silent so often in a row is at fault, and not the archive: it is not asked for again.</summary>
    internal const int MostSilences = 3;

    /// <summary>The same where it answers that it failed: it lives on, and may only be short of something for some minutes.</summary>
    internal const int MostFailures = 30;

    private static readonly string[] Modalities = ["XA", "DX", "CR"];
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>By UID of a study or a picture: how often the archive fell silent or failed at it, and what was heard last.</summary>
    private readonly Dictionary<string, (int Silent, int Failed, string Heard)> silences = new(StringComparer.Ordinal);

    /// <summary>Instances of each study at the last look.</summary>
    private readonly Dictionary<string, int> counted = new(StringComparer.Ordinal);

    /// <summary>Instances of the studies in which there is no picture: they are not in the record.</summary>
    private readonly Dictionary<string, int> passedOver = new(StringComparer.Ordinal);

    /// <summary>Studies at which the archive failed, to be asked for at the next look.</summary>
    private readonly HashSet<string> again = new(StringComparer.Ordinal);
    /// <summary>Studies with a picture whose last frame was refused by an archive that has handed out none yet: the archive may not know the question.</summary>
    private readonly HashSet<string> doubtful = new(StringComparer.Ordinal);

    /// <summary>The archive hands out last frames: a picture at which it does not has none.</summary>
    private bool handsOutFrames = orthanc is not null;
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
                    state(WhatToDo(away));
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
            foreach (string study in again.ToList())
            {
                await ReadAsync(study, told, cancel);
            }

            await ReadChangesAsync(told, cancel);
        }

        foreach (string study in handsOutFrames ? doubtful.ToList() : [])
        {
            await ReadAsync(study, told, cancel);
            doubtful.Remove(study);
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

            List<string> named = [];
            foreach (string id in page.StableStudies.Distinct())
            {
                if (await orthanc.StudyAsync(id, cancel) is { } study)
                {
                    named.Add(study);
                    await ReadAsync(study, told, cancel);
                }
            }

            if (page.Last != since)
            {
                await record.MoveAsync(name, page.Last, cancel);
                since = page.Last;

                // what stands aside is asked for anew when a later change names it
                named.Where(study => !again.Contains(study)).ToList().ForEach(study => silences.Remove(study));
            }
        }
        while (!page.Done);
    }

    /// <summary>Reads every study of which the archive counts another number of instances than the record, or names another patient. One to which instances may still come is left for later.</summary>
    private async Task CompareAsync(Action<ArchiveNotice> told, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, ListedStudy> known = await record.ListedAsync(cancel);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string modality in Modalities)
        {
            await foreach (StudyHeader listed in archive.StudiesAsync(modality, cancel))
            {
                if (seen.Add(listed.Study))
                {
                    await AloneAsync(listed, () => CompareAsync(listed, known.GetValueOrDefault(listed.Study), told, cancel), told, cancel);
                }
            }
        }

        foreach (Dictionary<string, int> held in (Dictionary<string, int>[])[counted, passedOver])
        {
            held.Keys.Where(s => !seen.Contains(s)).ToList().ForEach(gone => held.Remove(gone));
        }
    }

    /// <param name="before">As it was listed when it was last read; null where it never was.</param>
    private async Task CompareAsync(StudyHeader listed, ListedStudy? before, Action<ArchiveNotice> told, CancellationToken cancel)
    {
        // not every server counts
        int count = listed.Instances ?? await AskAsync(listed.Study, () => archive.InstancesAsync(listed.Study, cancel).CountAsync(cancel).AsTask());
        bool stood = counted.TryGetValue(listed.Study, out int last) && last == count;
        counted[listed.Study] = count;
        bool read = before?.Is(count, listed) == true || (passedOver.TryGetValue(listed.Study, out int passed) && passed == count);

        // an Orthanc knows whether more may come; of another server the same count twice is taken as the end
        if (!read && (orthanc is null ? stood : await orthanc.IsStableAsync(listed.Study, cancel)))
        {
            await TakeAsync(listed with { Instances = count }, told, cancel);
        }
    }

    private async Task ReadAsync(string study, Action<ArchiveNotice> told, CancellationToken cancel)
    {
        again.Remove(study);
        StudyHeader asked = new(study, null, null, null, null, null, null, null);
        await AloneAsync(
            asked,
            async () =>
            {
                if (await AskAsync($"header of {study}", () => archive.StudyAsync(study, cancel)) is { } header)
                {
                    await TakeAsync(header, told, cancel);
                }
            },
            told,
            cancel);
    }

    /// <summary>What is wrong with one study is wrong with no other. An archive that is away ends the look.</summary>
    private async Task AloneAsync(StudyHeader study, Func<Task> read, Action<ArchiveNotice> told, CancellationToken cancel)
    {
        try
        {
            await read();
        }
        catch (ArchiveAwayException failed) when (failed.Absence == ArchiveAbsence.Failed)
        {
            if (orthanc is not null)
            {
                again.Add(study.Study);
            }
        }
        catch (AngiogramException malformed) when (malformed is not ArchiveAwayException)
        {
            if (orthanc is null && study.Instances is not null)
            {
                // it is not asked for before something is added, and then anew
                silences.Remove(study.Study);
            }

            if (await record.SetAsideAsync(study.Study, study.Instances, malformed.Message, Now(), cancel))
            {
                told(new ArchiveNotice("study-set-aside", true, $"a study is set aside ({malformed.Message})"));
            }
        }
    }

    /// <summary>Asks for one thing, and counts how often the archive fell silent at it in a row.</summary>
    /// <param name="uid">Of the study or the picture, as a name of what is asked for.</param>
    /// <exception cref="AngiogramException">The answer is malformed, or it fell silent too often: it is not asked then.</exception>
    private async Task<T> AskAsync<T>(string uid, Func<Task<T>> ask)
    {
        (int silent, int failed, string heard) = silences.GetValueOrDefault(uid);
        if (silent >= MostSilences || failed >= MostFailures)
        {
            throw new AngiogramException($"the archive {(silent >= MostSilences ? $"fell silent at it {silent}" : $"failed at it {failed}")} times, and it is not asked for again: {heard}");
        }

        try
        {
            T answer = await ask();
            silences.Remove(uid);
            return answer;
        }
        catch (ArchiveAwayException away)
        {
            silences[uid] = away.Absence == ArchiveAbsence.Failed ? (silent, failed + 1, away.Message) : (silent + 1, failed, away.Message);
            throw;
        }
    }

    /// <exception cref="AngiogramException">More than a study of pictures has, or no list.</exception>
    private async Task<List<InstanceHeader>> PicturesAsync(string study, CancellationToken cancel)
    {
        List<InstanceHeader> pictures = [];
        HashSet<string> listed = new(StringComparer.Ordinal);
        await foreach (InstanceHeader instance in archive.InstancesAsync(study, cancel))
        {
            // a list may name an object twice
            if (instance.IsPicture && listed.Add(instance.Instance))
            {
                pictures.Add(pictures.Count < MostPictures ? instance : throw new AngiogramException($"more than {MostPictures} pictures in one study"));
            }
        }

        return pictures;
    }

    private async Task TakeAsync(StudyHeader header, Action<ArchiveNotice> told, CancellationToken cancel)
    {
        List<InstanceHeader> pictures = await AskAsync(header.Study, () => PicturesAsync(header.Study, cancel));
        if (pictures.Count == 0 && await record.FindAsync(header.Study, cancel) is null)
        {
            passedOver[header.Study] = header.Instances ?? 0;
            return;
        }

        List<ReadPicture> read = [];
        foreach (InstanceHeader picture in pictures)
        {
            read.Add(await DescribeAsync(picture, cancel));
        }

        IReadOnlyDictionary<string, string> faults = await PixelFaultsAsync(header.Study, [.. read.Select(p => p.Image).OfType<XaImage>()], cancel);
        read = [.. read.Select(p => faults.TryGetValue(p.Header.Instance, out string? fault) ? new ReadPicture(p.Header, null, fault) : p)];
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
            return new ReadPicture(picture, await AskAsync(picture.Instance, () => archive.DescribeAsync(picture.Study, picture.Series, picture.Instance, cancel)), null);
        }
        catch (AngiogramException malformed) when (malformed is not ArchiveAwayException)
        {
            return new ReadPicture(picture, null, malformed.Message);
        }
    }

    /// <summary>What is wrong with the pixels of a study's pictures, by SOP Instance UID. A picture that was readable before, of the same size, is not asked for again.</summary>
    private async Task<IReadOnlyDictionary<string, string>> PixelFaultsAsync(string study, IReadOnlyList<XaImage> images, CancellationToken cancel)
    {
        Dictionary<string, string> faults = new(StringComparer.Ordinal);
        bool anew = doubtful.Contains(study);
        HashSet<(string, int, int, int)> readable = anew
            ? []
            : [.. (await record.PicturesAsync(study, cancel)).Where(p => p.Fault is null).Select(p => (p.Instance, p.Frames, p.Rows, p.Columns))];
        int unsaid = 0;
        foreach (XaImage image in images.Where(i => !readable.Contains((i.Instance, i.Frames, i.Rows, i.Columns))))
        {
            (LastFrame answer, string? fault) = await LastFrameAsync(image, cancel);
            handsOutFrames |= answer == LastFrame.Given;
            if (fault is not null)
            {
                faults.Add(image.Instance, fault);
            }

            // an archive that is slow at it, or does not know the question, keeps no study waiting
            unsaid += answer == LastFrame.NotSaid ? 1 : 0;
            if (unsaid == MostSilences)
            {
                break;
            }
        }

        if (faults.Count == 0 || handsOutFrames)
        {
            return faults;
        }

        doubtful.Add(study);
        return new Dictionary<string, string>();
    }

    /// <returns>The answer, and what is wrong with the pixels by it; null where nothing is known to be.</returns>
    private async Task<(LastFrame Answer, string? Fault)> LastFrameAsync(XaImage image, CancellationToken cancel)
    {
        try
        {
            LastFrame answer = await AskAsync($"frame of {image.Instance}", () => archive.LastFrameAsync(image, cancel));
            return (answer, answer == LastFrame.NotThere ? $"the archive has no frame {image.Frames} of the {image.Frames} that its header says: pixels are missing or cut short" : null);
        }
        catch (AngiogramException deadly) when (deadly is not ArchiveAwayException)
        {
            return (LastFrame.NotThere, deadly.Message);
        }
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

    private static string WhatToDo(AngiogramException away) => (away as ArchiveAwayException)?.Absence switch
    {
        ArchiveAbsence.NotBelieved => $"{away.Message}: look at who answers there, and at archive.ca_file in station.json",
        ArchiveAbsence.LoginRefused => $"{away.Message}: look at archive.user and archive.password_file in station.json",
        _ => away.Message,
    };

    private long Now() => UtcNs.Of(time.GetUtcNow());

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
