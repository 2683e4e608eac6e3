//! The words of random names: plain, short and friendly.

#[rustfmt::skip]
/// Before an animal.
pub(super) const ADJECTIVES: &[&str] = &[
    "able", "agile", "amber", "ample", "ancient", "arctic", "autumn", "azure", "bold", "brave", "breezy", "bright",
    "brisk", "broad", "bronze", "busy", "calm", "candid", "careful", "cheerful", "chief", "civil", "clean", "clear",
    "clever", "coastal", "cosmic", "crisp", "curious", "dapper", "daring", "deep", "deft", "eager", "early",
    "earnest", "easy", "elegant", "emerald", "even", "exact", "fair", "famous", "fast", "fearless", "firm", "fleet",
    "fluent", "fond", "frank", "free", "fresh", "friendly", "frosty", "full", "gentle", "genuine", "giant", "glad",
    "golden", "good", "grand", "green", "handy", "happy", "hardy", "hearty", "helpful", "honest", "humble",
    "humorous", "ideal", "jolly", "joyful", "keen", "kind", "large", "lasting", "light", "lively", "loyal", "lucky",
    "lunar", "mellow", "merry", "mighty", "mild", "modern", "modest", "mossy", "native", "neat", "nimble", "noble",
    "novel", "open", "patient", "peaceful", "pleasant", "polite", "prime", "proud", "pure", "quick", "quiet", "rapid",
    "rare", "ready", "regal", "robust", "rosy", "royal", "rustic", "sandy", "secure", "serene", "sharp", "shiny",
    "silent", "silver", "simple", "sincere", "sleek", "smart", "smooth", "snowy", "social", "solar", "solid", "sound",
    "spry", "stable", "steady", "stellar", "sterling", "strong", "subtle", "sunny", "super", "sure", "swift",
    "tender", "tidy", "tough", "tranquil", "true", "trusty", "upbeat", "useful", "valid", "vast", "vital", "vivid",
    "warm", "wise", "witty", "worthy", "zesty",
];

#[rustfmt::skip]
/// The last word.
pub(super) const ANIMALS: &[&str] = &[
    "albatross", "alpaca", "anchovy", "ant", "antelope", "ape", "armadillo", "asp", "badger", "barnacle", "bass",
    "bat", "bear", "beaver", "bee", "beetle", "bison", "boar", "bobcat", "buck", "buffalo", "bullfrog", "butterfly",
    "buzzard", "camel", "canary", "caribou", "carp", "cat", "caterpillar", "catfish", "chamois", "cheetah", "chicken",
    "chipmunk", "cicada", "clam", "cobra", "cod", "condor", "coral", "cougar", "cow", "coyote", "crab", "crane",
    "cricket", "crow", "cub", "deer", "dingo", "dodo", "dog", "dolphin", "donkey", "dory", "dove", "dragonfly",
    "drake", "duck", "eagle", "eel", "egret", "elephant", "elk", "emu", "ermine", "falcon", "fawn", "feline",
    "ferret", "finch", "firefly", "fish", "flamingo", "flounder", "fly", "fox", "frog", "gazelle", "gecko", "gibbon",
    "giraffe", "glider", "gnat", "gnu", "goat", "goldfish", "goose", "gopher", "grackle", "grouse", "gull", "guppy",
    "haddock", "hagfish", "halibut", "hamster", "hare", "hawk", "hedgehog", "heron", "herring", "hippo", "hornet",
    "horse", "hound", "husky", "ibex", "ibis", "iguana", "impala", "insect", "jackal", "jaguar", "javelin", "jay",
    "jaybird", "jellyfish", "kangaroo", "katydid", "kingfisher", "kitten", "kiwi", "koala", "krill", "lab",
    "lacewing", "ladybug", "lamb", "lark", "lemming", "lemur", "leopard", "lion", "lizard", "llama", "lobster",
    "locust", "loon", "louse", "lynx", "macaque", "macaw", "mackerel", "magpie", "mallard", "mammoth", "manatee",
    "mantis", "marlin", "marmoset", "marmot", "marten", "martin", "mastodon", "mink", "minnow", "mole", "mollusk",
    "monarch", "mongoose", "monkey", "moose", "mosquito", "moth", "mouse", "mudfish", "mule", "mullet", "muskox",
    "muskrat", "narwhal", "newt", "octopus", "opossum", "orca", "oriole", "oryx", "osprey", "ostrich", "otter", "owl",
    "ox", "oyster", "panda", "pangolin", "panther", "parrot", "partridge", "pelican", "penguin", "perch", "pheasant",
    "pig", "pigeon", "pika", "pipefish", "platypus", "polecat", "pony", "porpoise", "possum", "prawn", "puffin",
    "puma", "python", "quail", "rabbit", "raccoon", "ram", "raven", "ray", "redbird", "reindeer", "robin", "rooster",
    "sailfish", "salmon", "sawfish", "scorpion", "seal", "serval", "shark", "sheep", "shepherd", "shrew", "shrimp",
    "skink", "skunk", "skylark", "sloth", "slug", "snail", "snake", "snipe", "sole", "spaniel", "sparrow", "squid",
    "squirrel", "stag", "starfish", "starling", "stingray", "stork", "sturgeon", "sunbird", "swan", "swift",
    "tadpole", "tapir", "tarpon", "terrapin", "terrier", "thrush", "tick", "tiger", "toad", "tortoise", "toucan",
    "trout", "tuna", "turkey", "turtle", "urchin", "viper", "vulture", "wallaby", "walleye", "walrus", "warbler",
    "wasp", "weasel", "weevil", "whale", "whippet", "wildcat", "wolf", "wombat", "woodcock", "worm", "wren", "yak",
    "zebra",
];

#[rustfmt::skip]
/// Before an adjective.
pub(super) const ADVERBS: &[&str] = &[
    "ably", "amply", "aptly", "boldly", "briefly", "brightly", "briskly", "broadly", "calmly", "cleanly", "clearly",
    "closely", "daily", "deeply", "deftly", "duly", "eagerly", "early", "easily", "evenly", "exactly", "fairly",
    "firmly", "fondly", "frankly", "freely", "freshly", "fully", "gently", "gladly", "greatly", "happily", "highly",
    "honestly", "hugely", "ideally", "keenly", "kindly", "largely", "lately", "legally", "likely", "lively",
    "loosely", "loudly", "mainly", "mildly", "mostly", "nearly", "neatly", "newly", "nicely", "openly", "partly",
    "plainly", "politely", "promptly", "proudly", "purely", "quickly", "quietly", "rapidly", "rarely", "readily",
    "really", "rightly", "roughly", "safely", "sharply", "simply", "slowly", "smoothly", "socially", "softly",
    "solely", "soundly", "steadily", "strongly", "surely", "swiftly", "thinly", "tightly", "truly", "usually",
    "vastly", "visibly", "vividly", "warmly", "weekly", "wholly", "widely", "wildly", "willingly", "wisely", "yearly",
];
