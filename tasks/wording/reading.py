"""Sentences of the codes of reading."""

from schemas.codes.reading import Doubt, ReadingNote

NOTES: dict[ReadingNote, str] = {
    ReadingNote.DATASET_NOT_NEAR: "dataset not named near the table",
    ReadingNote.SPLIT_NOT_NEAR: "split not named near the table",
    ReadingNote.SPLIT_NOT_NAMED: "split not named",
    ReadingNote.METRIC_NOT_NAMED: "metric not named",
    ReadingNote.DIRECTION_NOT_NAMED: "error or accuracy not said",
    ReadingNote.IN_PROSE: "stated in prose",
    ReadingNote.SEVERAL_MODELS: "the sentence names several models",
    ReadingNote.MULTIPLY_ADDS: "the paper's FLOPs are multiply-adds",
    ReadingNote.COUNTS_FLOP: "the paper counts FLOP",
    ReadingNote.WHOLE_SCHEDULE: "length of the learning rate's schedule",
    ReadingNote.IN_TOKENS: "in tokens",
    ReadingNote.LAYERS_SHARED: "shared by {layers} layers",
    ReadingNote.ACTIVE_PARAMETERS: "parameters active on a token",
    ReadingNote.STAGE: "one stage of training: {stage}",
    ReadingNote.ALL_STAGES: "all stages together",
    ReadingNote.PIECE_TIME: "time of one {piece}",
    ReadingNote.PIECES_TIMED: "time of one {piece} x {count:g} {counted}",
    ReadingNote.MOST_NAMED_NETWORK: "named in {sentences} sentences, more than any other known network",
    ReadingNote.CORES_HALVED: "cores / 2",
    ReadingNote.POD_SLICE: "pod slice",
    ReadingNote.DEVICES_OF_FOUR: "devices x 4",
    ReadingNote.NODES_TIMES_CHIPS: "nodes x chips a node",
    ReadingNote.BOARDS_TIMES_CHIPS: "boards x chips a board",
    ReadingNote.ARTICLE_AS_ONE: "'a' read as one",
    ReadingNote.AUDIO_POSITIONS: "{seconds} seconds of audio at {rate:g} positions a second",
    ReadingNote.WORDS_ONLY: "stated in words only",
    ReadingNote.UNIT_SUPPOSED: "unit not printed: {unit} taken",
    ReadingNote.TON_AS_METRIC: "ton read as metric",
    ReadingNote.NET_OF_CLEAN_ENERGY: "net of clean energy",
}

DOUBTS: dict[Doubt, str] = {
    Doubt.NOT_SURE: "not sure enough that it is a result of the paper's own",
    Doubt.IMPOSSIBLE_ORDER: "{metric} below {lesser} in the same row or sentence",
    Doubt.BEYOND_RECORD: "far above the record of its date, {record} by {year}",
    Doubt.SIZES_TRIED: "several batch sizes, perhaps only tried",
    Doubt.HEADER_UNREADABLE: "the header “{header}” has a sign that cannot be read",
    Doubt.PARTLY_READ: "its paper could be read only in part",
    Doubt.SEVERAL_DOCUMENTS: "its file holds more than one document",
}
